namespace Holdfast.Gateway.Commands;

/// <summary>A command that came in over MQTT, checked for form.</summary>
/// <param name="Id">The same for the same request sent again.</param>
/// <param name="Who">Who says to have sent it, for the audit.</param>
/// <param name="Target">The name of a node, zone or outlet, or "rack", "power".</param>
/// <param name="Verb">One of <see cref="CommandVerbs"/>.</param>
/// <param name="Mode">Of fan-mode: auto, full or fixed; else empty.</param>
/// <param name="DutyPercent">Of fan-mode fixed: 0 to 100.</param>
public sealed record GatewayCommand(
    string Id,
    string Who,
    string Target,
    string Verb,
    TimeSpan Deadline,
    string Mode = "",
    double DutyPercent = 100
)
{
    /// <summary>Of twin-set: the JSON Merge Patch; of twin-merge: the other side's properties; else empty.</summary>
    public string Document { get; init; } = "";

    /// <summary>Of twin-set: the version that the desired document must have; null: any.</summary>
    public long? ExpectedVersion { get; init; }
}

/// <summary>What became of a command, observed; or, while it is under way, what it has come to.</summary>
/// <param name="Status">
/// As in HTTP: 200 observed, 202 under way, 400 malformed, 401 not proven, 403 not allowed, 404 no such target, 409 refused by the rack, 412 another
/// version, 503 not now, 504 not observed in time.
/// </param>
/// <param name="Stage">accepted, waking, stopping …; done, failed or refused at the end.</param>
/// <param name="Observed">The state observed ("on", "off", "auto"); empty where none was.</param>
public sealed record GatewayReply(int Status, string Stage, string Observed, string Text)
{
    /// <summary>What was asked for, as JSON text; empty: nothing was.</summary>
    public string Result { get; init; } = "";

    /// <summary>Not carried out: nothing has changed.</summary>
    public bool IsRefusal => Stage == "refused";

    public static GatewayReply Refused(int status, string text) => new(status, "refused", "", text);
}

/// <summary>The rack, as the gateway commands it.</summary>
public interface IGatewayRack
{
    /// <summary>
    /// Carries a command out and waits for its final, observed outcome. It is handed to the rack before this returns, so that
    /// commands keep the order of the calls.
    /// </summary>
    /// <param name="progress">Told what it has come to until then; called from any thread, one call at a time.</param>
    Task<GatewayReply> ExecuteAsync(
        GatewayCommand command,
        Action<GatewayReply> progress,
        CancellationToken cancellationToken
    );
}
