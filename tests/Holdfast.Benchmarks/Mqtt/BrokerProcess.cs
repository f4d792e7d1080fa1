using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Holdfast.Testing;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>A broker to measure.</summary>
/// <param name="Command">With <c>{port}</c> where its port stands; started without a shell.</param>
internal sealed record BrokerRecipe(string Name, string Command)
{
    /// <summary>"NAME=COMMAND".</summary>
    public static BrokerRecipe? Parse(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } command] ? new BrokerRecipe(name, command) : null;
}

/// <summary>A running broker, with a port on 127.0.0.1 and what proc(5) tells of its process.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(20);

    private readonly Process? started;
    private readonly StringBuilder errors = new();
    private readonly int processId;

    private BrokerProcess(int port, int processId, Process? started)
    {
        Port = port;
        this.processId = processId;
        this.started = started;
    }

    public int Port { get; }

    /// <summary>From the start of the process to its first CONNACK.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public bool IsRunning => started is not { HasExited: true };

    /// <summary>What it wrote to its standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    /// <summary>In MB of 10⁶ bytes.</summary>
    public double Memory => Status("VmRSS:");

    /// <summary>The most that it ever was.</summary>
    public double MemoryPeak => Status("VmHWM:");

    /// <summary>Of all cores.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetProcessById(processId);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>A broker that runs already.</summary>
    public static BrokerProcess Attach(int port, int processId) => new(port, processId, null);

    public static BrokerProcess Start(BrokerRecipe recipe)
    {
        var port = LoopbackPort.Free();
        var words = recipe
            .Command.Replace("{port}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var begun = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var broker = new BrokerProcess(port, process.Id, process);
        process.ErrorDataReceived += (_, line) => broker.KeepError(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            broker.AwaitAnswer(begun);
            broker.ReadyAfter = Stopwatch.GetElapsedTime(begun);
            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (started is { HasExited: false })
        {
            started.Kill(entireProcessTree: true);
            started.WaitForExit();
        }

        started?.Dispose();
    }

    private void KeepError(string? line)
    {
        lock (errors)
        {
            errors.AppendLine(line);
        }
    }

    private void AwaitAnswer(long begun)
    {
        while (true)
        {
            try
            {
                using var probe = LoadClient.Connect(Port, "probe");
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(begun) < StartWithin && !started!.HasExited)
            {
                // It does not listen yet. The system has no wait for that; a try costs some microseconds.
                Thread.Yield();
            }
        }
    }

    private double Status(string row)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(text => text.StartsWith(row, StringComparison.Ordinal));
        var kibibytes = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
        return double.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
