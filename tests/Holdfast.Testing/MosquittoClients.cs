using System.Diagnostics;

namespace Holdfast.Testing;

/// <summary>mosquitto_pub, run to its end.</summary>
public static class MosquittoPub
{
    /// <summary>Publishes with mosquitto_pub's own arguments (without host and port); throws with its words if it fails.</summary>
    public static async Task RunAsync(int port, params string[] arguments)
    {
        var program = Counterpart.Require("mosquitto_pub", "mosquitto-clients");
        using var process = Process.Start(
            new ProcessStartInfo(program, ["-h", "127.0.0.1", "-p", $"{port}", .. arguments])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var error = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"mosquitto_pub ended with {process.ExitCode}: {error}");
        }
    }
}

/// <summary>A running mosquitto_sub, read line by line.</summary>
public sealed class MosquittoSub : IAsyncDisposable
{
    private readonly Process process;
    private readonly Queue<string> early = [];

    private MosquittoSub(Process process) => this.process = process;

    /// <summary>Returns once the broker has acknowledged the subscription. Arguments are mosquitto_sub's, without host and port.</summary>
    public static async Task<MosquittoSub> StartAsync(int port, params string[] arguments)
    {
        var program = Counterpart.Require("mosquitto_sub", "mosquitto-clients");
        // Without stdbuf its output would stay in its buffer; with -d it says when it is subscribed.
        string[] line = ["-oL", program, "-d", "-h", "127.0.0.1", "-p", $"{port}", .. arguments];
        var start = new ProcessStartInfo("stdbuf", line) { RedirectStandardOutput = true };
        var subscriber = new MosquittoSub(Process.Start(start)!);
        while (true)
        {
            var output = await subscriber.ReadLineAsync();
            if (output.StartsWith("Subscribed (mid", StringComparison.Ordinal))
            {
                return subscriber;
            }

            // A session that continues may bring its messages before.
            subscriber.early.Enqueue(output);
        }
    }

    /// <summary>
    /// The next message as mosquitto_sub prints it (see its <c>-v</c> and <c>-F</c>); fails after 30 s. A line that starts
    /// with "Client " is taken for its own chatter.
    /// </summary>
    public async Task<string> NextAsync()
    {
        string line;
        do
        {
            line = early.TryDequeue(out var first) ? first : await ReadLineAsync();
        } while (line.StartsWith("Client ", StringComparison.Ordinal));

        return line;
    }

    /// <summary>Ends it without a DISCONNECT, as a crash does.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private async Task<string> ReadLineAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await process.StandardOutput.ReadLineAsync(patience.Token)
            ?? throw new InvalidOperationException("mosquitto_sub ended");
    }
}
