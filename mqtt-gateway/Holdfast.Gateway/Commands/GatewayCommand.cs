namespace Holdfast.Gateway.Commands;

/// <summary>A command that came in over MQTT, checked for form.</summary>
/// <param name="Id">The same for the same request sent again.</param>
/// <param name="Who">Who says to have sent it, for the audit.</param>
/// <param name="Target">The name of a node or zone.</param>
/// <param name="Verb">on, off, wake, cycle, maintain, release or fan-mode.</param>
/// <param name="Mode">Of fan-mode: auto, full or fixed; else empty.</param>
/// <param name="DutyPercent">Of fan-mode fixed: 0 to 100.</param>
public sealed record GatewayCommand(
    string Id,
    string Who,
    string Target,
    string Verb,
    TimeSpan Deadline,
    string Mode,
    double DutyPercent
);

/// <summary>What became of a command, observed.</summary>
/// <param name="Status">As in HTTP: 200 observed, 409 refused, 504 not observed in time, 400 malformed, 404 no such target.</param>
public sealed record GatewayReply(int Status, string Stage, string Observed, string Text);

/// <summary>The rack, as the gateway commands it.</summary>
public interface IGatewayRack
{
    /// <summary>Carries a command out and waits for its final, observed outcome.</summary>
    Task<GatewayReply> ExecuteAsync(GatewayCommand command, CancellationToken cancellationToken);
}
