using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Holdfast.Conformance;

/// <summary>What a suite came to.</summary>
/// <param name="Goal">How many must pass.</param>
internal readonly record struct SuiteResult(string Name, int Passed, int Total, int Goal)
{
    public bool IsReached => Total > 0 && Passed >= Goal;

    public override string ToString() => $"{Name}: {Passed}/{Total} (goal {Goal})";
}

/// <summary>Runs the Python tests of paho.mqtt.testing's <c>interoperability</c> folder as they are.</summary>
internal static partial class PahoSuite
{
    public static readonly IReadOnlyList<string> Scripts = ["client_test.py", "client_test5.py"];

    /// <summary>Both scripts take the port as an option, but only one of them hides it from unittest.</summary>
    private const string Driver =
        "import runpy, sys, unittest; main = unittest.main; "
        + "unittest.main = lambda: main(argv=[sys.argv[0], '-v'], module='__main__'); sys.path.insert(0, ''); "
        + "script, port = sys.argv[1:]; sys.argv = [script, '-p', port]; "
        + "sys.modules['__main__'].__dict__.update(__file__=script); "
        + "exec(compile(open(script).read(), script, 'exec'))";

    /// <summary>Starts one script and shows what it says; counts what unittest counts.</summary>
    public static async Task<(int Passed, int Total)> RunAsync(
        string folder,
        string script,
        IPEndPoint broker,
        CancellationToken cancellationToken
    )
    {
        var port = broker.Port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("python3", ["-c", Driver, script, port])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var python = Process.Start(start)!;
        try
        {
            var words = python.StandardOutput.ReadToEndAsync(cancellationToken);
            var results = await python.StandardError.ReadToEndAsync(cancellationToken);
            await words;
            await python.WaitForExitAsync(cancellationToken);
            return Count(results);
        }
        finally
        {
            if (!python.HasExited)
            {
                python.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>unittest's own summary; the traces of what failed are shown.</summary>
    private static (int Passed, int Total) Count(string results)
    {
        if (Ran().Match(results) is not { Success: true } ran)
        {
            Console.WriteLine(results);
            return (0, 0);
        }

        var total = int.Parse(ran.Groups[1].Value, CultureInfo.InvariantCulture);
        var failed = Failed()
            .Matches(results)
            .Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        if (failed > 0)
        {
            Console.WriteLine(results);
        }

        return (total - failed, total);
    }

    [GeneratedRegex(@"^Ran (\d+) tests?", RegexOptions.Multiline)]
    private static partial Regex Ran();

    [GeneratedRegex(@"(?:failures|errors)=(\d+)")]
    private static partial Regex Failed();
}
