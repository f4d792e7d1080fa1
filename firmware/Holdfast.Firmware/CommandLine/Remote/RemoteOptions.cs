using System.CommandLine;
using System.Security.Cryptography;
using Holdfast.Firmware.CommandLine.Mqtt;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>What all commands have in common that reach a rack through its broker, beside the broker itself: which rack, and whose signature.</summary>
internal static class RemoteOptions
{
    private static readonly Option<string?> Rack = new("--rack")
    {
        Description = "The rack; without it the only one at the broker",
        HelpName = "NAME",
    };

    private static readonly Option<string?> OperatorKey = new("--operator-key")
    {
        Description = "Sign with this operator's key",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON for programs" };

    /// <param name="signs">It can sign what it sends.</param>
    public static Command With(
        Terminal terminal,
        Command command,
        bool signs,
        Func<RemoteAsked, CancellationToken, Task<int>> run
    )
    {
        Option[] common = [Rack, Json];
        foreach (var option in signs ? common.Append(OperatorKey) : common)
        {
            command.Options.Add(option);
        }

        return Brokering.With(terminal, command, (brokering, stop) => RunAsync(brokering, run, stop));
    }

    /// <summary>The key to sign with; null: none was named.</summary>
    /// <exception cref="RemoteException">There is none in the file.</exception>
    public static ECDsa? KeyOf(ParseResult parsed) =>
        parsed.GetValue(OperatorKey) is { } path ? OperatorKeyFile.Read(path) : null;

    private static async Task<int> RunAsync(
        Brokering brokering,
        Func<RemoteAsked, CancellationToken, Task<int>> run,
        CancellationToken stop
    )
    {
        MqttUsageException.Unless(
            brokering.Options.Version == MqttVersion.V5,
            "racks are asked with --version 5: MQTT 3.1.1 has no response topic"
        );
        var rack = brokering.Parsed.GetValue(Rack);
        MqttUsageException.Unless(rack is null || Name.IsValid(rack), $"'{rack}' is no rack's name: {Name.Rule}");
        try
        {
            return await run(new RemoteAsked(brokering, rack, brokering.Parsed.GetValue(Json)), stop);
        }
        catch (RemoteException e)
        {
            return brokering.Terminal.Fail(e.Message, e.ExitCode);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return brokering.Terminal.Fail("nobody waits for the answer any more; the rack goes on", ExitCode.NotDone);
        }
    }
}

/// <summary>What was asked for, and in which form the answer is wanted.</summary>
/// <param name="Rack">As it was named; null: the only one.</param>
internal sealed record RemoteAsked(Brokering Brokering, string? Rack, bool Json)
{
    public ParseResult Parsed => Brokering.Parsed;

    public Terminal Terminal => Brokering.Terminal;

    public MqttClientOptions Options => Brokering.Options;
}
