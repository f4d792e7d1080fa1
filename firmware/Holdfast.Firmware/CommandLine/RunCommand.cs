using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.Boards;

namespace Holdfast.Firmware.CommandLine;

/// <summary><c>holdfast run</c>, and <c>holdfast</c> alone: starts the appliance.</summary>
internal static class RunCommand
{
    private static readonly Option<string> Board = new("--board")
    {
        Description = "The board file, or the name of a board that comes with the program",
        DefaultValueFactory = _ => "sim",
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "The folder for what must survive",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => DefaultDataFolder(),
    };

    private static readonly Option<IPEndPoint> Http = Options.Endpoint("--http", "Where page and API are served", 8080);
    private static readonly Option<IPEndPoint> Mqtt = Options.Endpoint(
        "--mqtt",
        "Where the embedded broker listens",
        1883
    );

    private static readonly Option<string?> MqttConfig = new("--mqtt-config")
    {
        Description = "The embedded broker's listeners, users and rules; it then serves others than this machine too",
        HelpName = "FILE",
    };

    private static readonly Option<double?> Speed = Options.Number(
        "--speed",
        "Times faster than life, for a simulated rack",
        0.1,
        1000
    );
    private static readonly Option<ulong?> Seed = Options.Number(
        "--seed",
        "Which run, for a simulated rack",
        0UL,
        ulong.MaxValue
    );

    private static readonly Option<string?> Faults = new("--faults")
    {
        Description = "Script of faults for a simulated rack",
    };

    public static void AddTo(Command command, Terminal terminal)
    {
        foreach (Option option in (Option[])[Board, Data, Http, Mqtt, MqttConfig, Speed, Seed, Faults])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(MqttConfig) is not null && result.GetResult(Mqtt) is { Implicit: false })
            {
                result.AddError("with --mqtt-config the file says where to listen: leave out --mqtt");
            }
        });
        command.SetAction((parsed, stop) => RunAsync(parsed, terminal, stop));
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        var result = BoardLoader.Load(parsed.GetValue(Board)!);
        if (result.Board is null)
        {
            return BoardReport.Write(terminal, result);
        }

        if (parsed.GetValue(Data) is not { Length: > 0 } data)
        {
            return terminal.Fail("--data needs the name of a folder", ExitCode.Usage);
        }

        if (result.Board.Mqtt is not null && parsed.GetValue(MqttConfig) is not null)
        {
            return terminal.Fail(
                "the board names a broker, so none is embedded: leave out --mqtt-config, or \"mqtt\" in the board file",
                ExitCode.Usage
            );
        }

        var options = new RunOptions(
            result.Board,
            Path.GetFullPath(data),
            parsed.GetValue(Http)!,
            parsed.GetValue(Mqtt)!,
            parsed.GetValue(MqttConfig),
            parsed.GetValue(Speed),
            parsed.GetValue(Seed),
            parsed.GetValue(Faults)
        );
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, end));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, end));
        try
        {
            return await ApplianceHost.RunAsync(options, end.Token);
        }
        catch (StartException e)
        {
            return terminal.Fail($"cannot start: {e.Message}", ExitCode.CannotStart);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource end)
    {
        context.Cancel = true;
        end.Cancel();
    }

    private static string DefaultDataFolder()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state))
        {
            state = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        }

        return Path.Combine(state, "holdfast");
    }
}
