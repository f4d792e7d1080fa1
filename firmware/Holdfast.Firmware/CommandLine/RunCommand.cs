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
        foreach (Option option in (Option[])[Board, Data, Http, Mqtt, Speed, Seed, Faults])
        {
            command.Options.Add(option);
        }

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

        var options = new RunOptions(
            result.Board,
            Path.GetFullPath(data),
            parsed.GetValue(Http)!,
            parsed.GetValue(Mqtt)!,
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
