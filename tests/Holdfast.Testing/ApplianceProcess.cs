using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.Testing;

/// <summary>
/// The appliance as its user runs it: a process of its own, on free loopback ports, with a data folder that the test owns. It says
/// where it can be reached in its first lines.
/// </summary>
public sealed partial class ApplianceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ApplianceProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"holdfast ended: {Output}"));
    }

    public Uri Page { get; private set; } = new("about:blank");

    /// <summary>The embedded broker, the first of its listeners; only where the board names none.</summary>
    public IPEndPoint? Mqtt { get; private set; }

    public int Id => process.Id;

    public long StartedTimestamp { get; private set; }

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Starts it and waits until it says where its page is.</summary>
    /// <param name="program">The built holdfast.dll, or a published executable.</param>
    /// <param name="arguments">After "run"; ports and data folder included.</param>
    public static async Task<ApplianceProcess> StartAsync(string program, params IEnumerable<string> arguments)
    {
        // A limit of the file size stands in for a full disk (prlimit): its signal, which would end the process, is off.
        const string Shell = "trap '' XFSZ; exec \"$@\"";
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : [program];
        var start = new ProcessStartInfo("sh", ["-c", Shell, "sh", .. command, "run", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var appliance = new ApplianceProcess(start) { StartedTimestamp = Stopwatch.GetTimestamp() };
        appliance.process.Start();
        appliance.process.BeginOutputReadLine();
        appliance.process.BeginErrorReadLine();
        try
        {
            await appliance.ready.Task.WaitAsync(StartWithin);
            return appliance;
        }
        catch
        {
            await appliance.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as Ctrl-C does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }

        if (MqttLine().Match(line) is { Success: true } broker)
        {
            Mqtt ??= IPEndPoint.Parse(broker.Groups[1].Value);
        }

        // The page's line comes last.
        if (PageLine().Match(line) is { Success: true } face)
        {
            Page = new Uri(face.Groups[1].Value);
            ready.TrySetResult();
        }
    }

    [GeneratedRegex(@"^\s*mqtt\s+(?:\w+://)?([^\s/]+:\d+)")]
    private static partial Regex MqttLine();

    [GeneratedRegex(@"^\s*page\s+(http\S+)")]
    private static partial Regex PageLine();
}
