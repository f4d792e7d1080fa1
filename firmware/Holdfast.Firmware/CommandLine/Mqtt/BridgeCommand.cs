using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Holdfast.Firmware.Appliance;
using Holdfast.Gateway.Bridge;
using Holdfast.Gateway.Outbox;
using Holdfast.Hal.Linux.Files;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary><c>holdfast mqtt bridge</c>: between two brokers, with an outbox in between.</summary>
internal static class BridgeCommand
{
    private const int FileProblemsShown = 20;

    private static readonly Option<string> Config = new("--config")
    {
        Description = "What goes where",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<bool> Check = new("--check") { Description = "Only say whether the file is good" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("bridge", "Carry messages from a local broker to others, through any outage")
        {
            Config,
            Check,
        };
        command.SetAction((parsed, stop) => RunAsync(parsed, terminal, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        var path = Path.GetFullPath(parsed.GetValue(Config)!);
        var problems = new List<string>();
        var file = BridgeFile.Load(path, problems);
        if (file is null)
        {
            return terminal.Fail($"{path}: {string.Join("; ", problems.Take(FileProblemsShown))}", ExitCode.Usage);
        }

        if (parsed.GetValue(Check))
        {
            await terminal.Output.WriteLineAsync($"{path} is good.");
            return ExitCode.Ok;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, end));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, end));
        try
        {
            await RunAsync(file, Path.GetDirectoryName(path)!, terminal, end.Token);
            return ExitCode.Ok;
        }
        catch (Exception e)
            when (e is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            return terminal.Fail($"cannot start: {e.Message}", ExitCode.CannotStart);
        }
    }

    private static async Task RunAsync(BridgeFile file, string beside, Terminal terminal, CancellationToken stop)
    {
        var data = Path.Combine(beside, file.Data);
        using var owner = LinuxFolder.Open(data);
        using var folder = LinuxFolder.Open(Path.Combine(data, ApplianceHost.OutboxFolder));
        using var key = OutboxKey.LoadOrCreate(data);
        UplinkOptions[] uplinks =
        [
            .. file.Upstream.Select(peer => new UplinkOptions(peer.NameOrHost, peer.Envelope, peer.BacklogPerSecond)),
        ];
        var outbox = new DurableOutbox(
            folder,
            new OutboxLimits { BudgetBytes = file.BudgetMb * 1_000_000L },
            new GapSigner(key),
            file.GapTopicOrDefault,
            MqttBridge.ReadersOf(file.Mode, uplinks)
        );
        await using var connections = new BridgeConnections(file, beside);
        var bridge = new MqttBridge(
            file.Plan,
            connections.Local,
            [.. uplinks.Zip(connections.Upstream, (options, client) => (options, (IMqttClient)client))],
            file.Mode,
            outbox,
            TimeProvider.System.GetUtcNow,
            TimeProvider.System,
            text => terminal.Output.WriteLine(Terminal.Clean(text))
        );
        await terminal.Output.WriteLineAsync(
            $"bridge {file.Id}: {file.Local.Broker} to {string.Join(", ", uplinks.Select(one => one.Name))}"
        );
        foreach (var text in outbox.Damage)
        {
            await terminal.Output.WriteLineAsync($"note: {text}");
        }

        await bridge.RunAsync(stop);
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource end)
    {
        context.Cancel = true;
        end.Cancel();
    }
}
