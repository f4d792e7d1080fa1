using System.CommandLine;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.Broker;
using Holdfast.Gateway.Bridge;
using Holdfast.Gateway.Outbox;
using Holdfast.Hal.Linux.Files;
using Holdfast.Mqtt;
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
        await using var local = Client(file, file.Local, beside, file.Up);
        List<MqttClient> upstream = [.. file.Upstream.Select(peer => Client(file, peer, beside, file.Down))];
        var bridge = new MqttBridge(
            file.Plan,
            local,
            [.. uplinks.Zip(upstream, (options, client) => (options, (IMqttClient)client))],
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

        try
        {
            await bridge.RunAsync(stop);
        }
        finally
        {
            foreach (var client in upstream)
            {
                await client.DisposeAsync();
            }
        }
    }

    private static MqttClient Client(BridgeFile file, BridgePeer peer, string beside, IReadOnlyList<BridgeRule> rules)
    {
        var version = peer.Version == "5" ? MqttVersion.V5 : MqttVersion.V311;
        var options = new MqttClientOptions(peer.Host, peer.Port, $"holdfast-bridge-{file.Id}")
        {
            Version = version,
            UserName = peer.User,
            Password = peer.PasswordFile is { } secret ? ReadPassword(Path.Combine(beside, secret)) : default,
            Tls = peer.CaFile is null && peer.CertificateFile is null ? null : TlsOf(peer, beside),
            // What comes while the bridge is away waits at the broker.
            SessionExpiry = TimeSpan.FromDays(3),
            Subscriptions =
            [
                .. rules.Select(rule => new MqttSubscription(
                    rule.Filter,
                    MqttQos.AtLeastOnce,
                    NoLocal: version == MqttVersion.V5
                )),
            ],
        };
        return new MqttClient(options, TimeProvider.System, BrokerAccess.NewRandom());
    }

    private static byte[] ReadPassword(string path) =>
        Encoding.UTF8.GetBytes(File.ReadAllText(path).TrimEnd('\r', '\n'));

    private static SslClientAuthenticationOptions TlsOf(BridgePeer peer, string beside)
    {
        string? Beside(string? file) => file is null ? null : Path.Combine(beside, file);
        return ClientTls.Of(peer.Host, Beside(peer.CaFile), Beside(peer.CertificateFile), Beside(peer.KeyFile));
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource end)
    {
        context.Cancel = true;
        end.Cancel();
    }
}
