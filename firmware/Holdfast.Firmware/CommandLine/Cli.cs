using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Holdfast.Firmware.CommandLine.Mqtt;
using Holdfast.Firmware.CommandLine.Outbox;
using Holdfast.Firmware.CommandLine.Remote;
using Holdfast.Firmware.CommandLine.Storage;

namespace Holdfast.Firmware.CommandLine;

/// <summary>
/// The command line `holdfast`. Tables for people, <c>--json</c> for programs; exit codes: 0 done, 1 refused or not observed in time, 2 wrong usage
/// or bad board, 3 no appliance answers, 4 the appliance cannot start; of
/// the storage commands also 5 damaged, 6 lost.
/// </summary>
internal static class Cli
{
    public static Task<int> RunAsync(string[] arguments) =>
        RunAsync(arguments, Terminal.OfProcess(), CancellationToken.None);

    public static Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var parsed = Parse(arguments, terminal);
        return parsed.Errors.Count > 0 && parsed.Action is not HelpAction
            ? Task.FromResult(WriteErrors(parsed, terminal))
            : InvokeAsync(parsed, terminal, stop);
    }

    /// <summary>What the arguments mean; nothing is done yet.</summary>
    public static ParseResult Parse(string[] arguments, Terminal terminal)
    {
        var root = new RootCommand(
            "Holdfast, the controller of a rack. Without a command it runs the appliance.\n"
                + "Exit codes: 0 done; 1 refused, or not observed in time; 2 wrong usage or bad board; 3 no appliance answers; 4 cannot start;\n"
                + "storage: 5 damaged, 6 lost."
        );
        RunCommand.AddTo(root, terminal);
        var run = new Command("run", "Run the appliance");
        RunCommand.AddTo(run, terminal);
        root.Subcommands.Add(run);
        root.Subcommands.Add(CheckCommand.Create(terminal));
        foreach (var command in ClientCommands.Create(terminal))
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(MqttCommand.Create(terminal));
        root.Subcommands.Add(TwinCommand.Create(terminal));
        root.Subcommands.Add(OperatorCommands.Create(terminal));
        root.Subcommands.Add(StorageCommands.Create(terminal));
        root.Subcommands.Add(OutboxCommands.Create(terminal));
        return root.Parse(arguments);
    }

    /// <summary>Whatever an action did not expect ends here: a technician gets a sentence, never a stack trace.</summary>
    private static async Task<int> InvokeAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    Output = terminal.Output,
                    Error = terminal.Error,
                },
                stop
            );
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return terminal.Fail(
                $"{OneLine(e.Message)} ({e.GetType().Name}). This is a fault of the program",
                ExitCode.CannotStart
            );
        }
    }

    private static int WriteErrors(ParseResult parsed, Terminal terminal)
    {
        var errors = parsed.Errors.Select(error => OneLine(error.Message)).Distinct();
        var path = string.Join(' ', PathOf(parsed.CommandResult));
        return terminal.Fail($"{string.Join("; ", errors)}. '{path} --help' shows what there is", ExitCode.Usage);
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    private static IEnumerable<string> PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? [.. PathOf(parent), result.Command.Name] : ["holdfast"];
}
