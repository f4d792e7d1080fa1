using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.Boards;
using Holdfast.Firmware.Broker;
using Holdfast.Hal.Linux.Files;
using Holdfast.Mqtt.Broker;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary><c>holdfast mqtt broker</c>: the broker without the rack.</summary>
internal static class BrokerCommand
{
    private const int ConnectionsMax = 100_000;

    private static readonly TimeSpan SystemTopicsPeriod = TimeSpan.FromSeconds(10);

    private static readonly Option<IPEndPoint> Listen = Options.Endpoint(
        "--listen",
        "Where it listens, for this machine",
        1883
    );

    private static readonly Option<string?> Config = new("--config")
    {
        Description = "Listeners, users and rules; without it only this machine is served",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Where sessions and retained messages survive; without it they end with the broker",
        HelpName = "FOLDER",
    };

    private static readonly Option<int?> Connections = Options.Number(
        "--connections",
        "How many clients there may be at once; 256 where it is left out",
        1,
        ConnectionsMax
    );

    private static readonly Option<bool> Check = new("--check") { Description = "Only say whether the file is good" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("broker", "Run an MQTT broker") { Listen, Connections, Config, Data, Check };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Config) is not null && result.GetResult(Listen) is { Implicit: false })
            {
                result.AddError("with --config the file says where to listen: leave out --listen");
            }

            if (result.GetValue(Check) && result.GetValue(Config) is null)
            {
                result.AddError("--check needs --config");
            }
        });
        command.SetAction((parsed, stop) => RunAsync(parsed, terminal, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        // Read once, by the first socket: what comes is handled by the thread that heard of it. A broker does little with each packet and waits for
        // nothing, so the way over the thread pool is spared.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, end));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, end));
        try
        {
            var path = parsed.GetValue(Config);
            var problems = new List<BoardProblem>();
            var setup = path is null ? null : BrokerFile.Load(path, problems);
            if (problems.Count > 0 || parsed.GetValue(Check))
            {
                return Tell(terminal, path!, problems);
            }

            using var data = parsed.GetValue(Data) is { } folder ? LinuxFolder.Open(Path.GetFullPath(folder)) : null;
            return setup is null
                ? await RunPlainAsync(parsed.GetValue(Listen)!, parsed.GetValue(Connections), data, terminal, end.Token)
                : await RunConfiguredAsync(path!, setup, data, terminal, end.Token);
        }
        catch (IOException e)
        {
            return terminal.Fail($"cannot start: {e.Message}", ExitCode.CannotStart);
        }
    }

    private static async Task<int> RunPlainAsync(
        IPEndPoint listen,
        int? connectionsMax,
        LinuxFolder? data,
        Terminal terminal,
        CancellationToken stop
    )
    {
        if (!IPAddress.IsLoopback(listen.Address))
        {
            return terminal.Fail(
                $"{listen} is for others too: say in a file who they are and what they may, and give it with --config",
                ExitCode.Usage
            );
        }

        var options = new MqttBrokerOptions
        {
            EndPoint = listen,
            Data = data,
            SystemTopicsPeriod = SystemTopicsPeriod,
            Notice = text => Notice(terminal, text),
        };
        if (connectionsMax is { } most)
        {
            options = options with { ConnectionsMax = most, SessionsMax = Math.Max(most, options.SessionsMax) };
        }

        await using var broker = await MqttBroker.StartAsync(
            options,
            TimeProvider.System,
            BrokerAccess.NewRandom(),
            stop
        );
        await AnnounceAsync(terminal, [$"mqtt://{broker.EndPoint}"]);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Ok;
    }

    private static async Task<int> RunConfiguredAsync(
        string path,
        BrokerSetup setup,
        LinuxFolder? data,
        Terminal terminal,
        CancellationToken stop
    )
    {
        await using var configured = await ConfiguredBroker.StartAsync(
            path,
            setup,
            data,
            text => Notice(terminal, text),
            stop
        );
        using var reload = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            context =>
            {
                context.Cancel = true;
                configured.Reload();
            }
        );
        await AnnounceAsync(terminal, configured.Addresses);
        await configured.WatchAsync(stop);
        return ExitCode.Ok;
    }

    private static async Task AnnounceAsync(Terminal terminal, IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            await terminal.Output.WriteLineAsync(address);
        }

        await terminal.Output.WriteLineAsync("The broker is ready. Ctrl-C stops it.");
        await terminal.Output.FlushAsync();
    }

    private static int Tell(Terminal terminal, string path, List<BoardProblem> problems)
    {
        foreach (var problem in problems)
        {
            terminal.Error.WriteLine(problem);
        }

        if (problems.Count == 0)
        {
            terminal.Output.WriteLine($"{path} is good.");
        }

        return problems.Count == 0 ? ExitCode.Ok : ExitCode.Usage;
    }

    private static void Notice(Terminal terminal, string text)
    {
        lock (terminal)
        {
            terminal.Error.WriteLine(Terminal.Clean(text));
            terminal.Error.Flush();
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource end)
    {
        context.Cancel = true;
        end.Cancel();
    }
}
