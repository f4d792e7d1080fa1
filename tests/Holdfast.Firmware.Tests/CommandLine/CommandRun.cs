using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.Tests.Http;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary>One run of the command line: its exit code and what it said.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Without anybody looking on, as in a script.</summary>
    public static Task<CommandRun> OfAsync(params string[] arguments) => OfAsync(false, arguments);

    public static async Task<CommandRun> OfAsync(bool isPerson, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(Patience);
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await Cli.RunAsync(
            arguments,
            new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), isPerson),
            patience.Token
        );
        var run = new CommandRun(exitCode, output.ToString(), error.ToString());
        Assert.DoesNotContain("   at ", run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of the program", run.Error, StringComparison.Ordinal);
        return run;
    }

    /// <summary>Against an appliance.</summary>
    public static Task<CommandRun> OnAsync(RunningFace face, params string[] arguments) =>
        OfAsync([.. arguments, "--url", $"{face.Url}"]);

    /// <summary>What went wrong, in the one line that is said about it.</summary>
    public string Failed(int exitCode)
    {
        Assert.Equal((exitCode, ""), (ExitCode, Output));
        var line = Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("holdfast: ", line, StringComparison.Ordinal);
        Assert.EndsWith(".", line, StringComparison.Ordinal);
        return line["holdfast: ".Length..];
    }

    public string[] Lines() => Output.TrimEnd('\n').Split('\n');
}
