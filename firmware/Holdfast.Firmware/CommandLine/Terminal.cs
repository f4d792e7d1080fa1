using Spectre.Console;

namespace Holdfast.Firmware.CommandLine;

/// <summary>Where a command's words go.</summary>
/// <param name="output">What was asked for.</param>
/// <param name="error">What went wrong.</param>
/// <param name="isPerson">Somebody looks on: colours and signs of life make sense.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, bool isPerson)
{
    /// <summary>The width of everything that goes into a file or a program, so that it is the same everywhere.</summary>
    public const int Width = 80;

    public TextWriter Output => output;

    public TextWriter Error => error;

    public bool IsPerson => isPerson;

    public static Terminal OfProcess() =>
        new(System.Console.Out, System.Console.Error, !System.Console.IsOutputRedirected);

    public IAnsiConsole Console()
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(output),
                Ansi = isPerson ? AnsiSupport.Detect : AnsiSupport.No,
                Interactive = isPerson ? InteractionSupport.Detect : InteractionSupport.No,
            }
        );
        if (!isPerson)
        {
            console.Profile.Width = Width;
        }

        return console;
    }

    /// <summary>One line that says what went wrong, and the exit code that goes with it.</summary>
    public int Fail(string what, int exitCode)
    {
        error.WriteLine($"holdfast: {Clean(what).TrimEnd('.')}.");
        return exitCode;
    }

    /// <summary>Names and texts come from devices and over the network: they must not command the terminal.</summary>
    public static string Clean(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
