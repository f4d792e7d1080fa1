using System.Diagnostics;
using System.Globalization;
using System.Text;
using Holdfast.Hal.Linux.Files;
using Holdfast.Hal.Linux.Tests.Files;

namespace Holdfast.Hal.Linux.Tests;

/// <summary>
/// This test program once more, as a process of its own that owns a folder, says on its output what it did, and can be killed.
/// </summary>
internal sealed class OtherProcess : IAsyncDisposable
{
    public const string Verb = "other-process";
    public const string Hold = "hold";
    public const string Append = "append";

    /// <summary>What a process that appends says in front of why it ended.</summary>
    public const string Refused = "refused: ";

    private const int BatchesMax = 20_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly CancellationTokenSource patience = new(Patience);

    private OtherProcess(Process process) => this.process = process;

    /// <param name="fileKilobytesMax">The longest file that it may write, by the kernel's limit; null: none.</param>
    public static OtherProcess Start(string work, string folder, int? fileKilobytesMax = null)
    {
        string[] itself =
        [
            Environment.ProcessPath ?? throw new InvalidOperationException("this process has no path"),
            // Under dotnet the program is its first argument.
            .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? [typeof(OtherProcess).Assembly.Location]
                : Array.Empty<string>(),
            Verb,
            work,
            folder,
        ];
        // What it ignores, the process after exec ignores: it must see the refused write, not die of the signal.
        string[] limited = fileKilobytesMax is { } max
            ?
            [
                "bash",
                "-c",
                string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {max}; exec \"$@\""),
                "-",
            ]
            : [];
        string[] line = [.. limited, .. itself];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // The runtime itself writes two large files without these.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new OtherProcess(Process.Start(start)!);
    }

    /// <summary>Its next whole line; null: it ended.</summary>
    public async Task<string?> ReadLineAsync() => await process.StandardOutput.ReadLineAsync(patience.Token);

    /// <summary>Kills it (SIGKILL) and returns what it had still said; the last piece may be half a line.</summary>
    public async Task<string> KillAsync()
    {
        process.Kill();
        var rest = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(patience.Token);
        }

        process.Dispose();
        patience.Dispose();
    }

    /// <summary>The other process's main program.</summary>
    public static async Task<int> WorkAsync(string work, string path)
    {
        using var folder = LinuxFolder.Open(path);
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true, NewLine = "\n" };
        if (work == Append)
        {
            await AppendAsync(folder, output);
            return 0;
        }

        await output.WriteLineAsync("open");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>Appends records as fast as it can and acknowledges each batch by its last sequence, after the commit.</summary>
    private static async Task AppendAsync(LinuxFolder folder, StreamWriter output)
    {
        var log = new RecordLog(folder, KillTests.Limits);
        for (var batch = 0; batch < BatchesMax; batch++)
        {
            for (var i = 0; i <= batch % KillTests.BatchMax; i++)
            {
                log.Append(Encoding.UTF8.GetBytes(TextOf(log.LastSequence + 1 + i)));
            }

            try
            {
                log.Commit();
            }
            catch (IOException e)
            {
                await output.WriteLineAsync(Refused + e.Message);
                return;
            }

            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{log.LastSequence}"));
        }
    }

    /// <summary>What the record of a sequence says; of different lengths, so that a tail is cut anywhere.</summary>
    public static string TextOf(long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"record {sequence} {new string('x', (int)(sequence * 37 % 200))}");
}
