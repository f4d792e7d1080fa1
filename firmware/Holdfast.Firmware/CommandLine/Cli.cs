using System.CommandLine;
using System.CommandLine.Help;

namespace Holdfast.Firmware.CommandLine;

/// <summary>
/// The command line `holdfast`. Tables for people, <c>--json</c> for programs; exit codes: 0 done, 1 refused or not observed in time, 2 wrong usage
/// or bad board, 3 no appliance answers, 4 the appliance cannot start.
/// </summary>
internal static class Cli
{
    public static Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand(
            "Holdfast, the controller of a rack. Without a command it runs the appliance.\n"
                + "Exit codes: 0 done; 1 refused, or not observed in time; 2 wrong usage or bad board; 3 no appliance answers; 4 cannot start."
        );
        RunCommand.AddTo(root);
        var run = new Command("run", "Run the appliance");
        RunCommand.AddTo(run);
        root.Subcommands.Add(run);
        root.Subcommands.Add(CheckCommand.Create());
        foreach (var command in ClientCommands.Create())
        {
            root.Subcommands.Add(command);
        }

        var parsed = root.Parse(arguments);
        return parsed.Errors.Count > 0 && parsed.Action is not HelpAction
            ? Task.FromResult(WriteErrors(parsed))
            : InvokeAsync(parsed);
    }

    /// <summary>Whatever an action did not expect ends here: a technician gets a sentence, never a stack trace.</summary>
    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync(
                $"holdfast: {e.Message} ({e.GetType().Name}). This is a fault of the program."
            );
            return ExitCode.CannotStart;
        }
    }

    private static int WriteErrors(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
        {
            Console.Error.WriteLine($"holdfast: {error.Message.TrimEnd('.')}.");
        }

        var path =
            parsed.CommandResult.Command is RootCommand ? "holdfast" : $"holdfast {parsed.CommandResult.Command.Name}";
        Console.Error.WriteLine($"'{path} --help' shows what there is.");
        return ExitCode.Usage;
    }
}
