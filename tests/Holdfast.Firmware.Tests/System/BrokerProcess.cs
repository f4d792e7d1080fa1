using System.Diagnostics;
using System.Net;

namespace Holdfast.Firmware.Tests.System;

/// <summary><c>holdfast mqtt broker</c>, in a process of its own.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private BrokerProcess(Process process) => this.process = process;

    public List<IPEndPoint> EndPoints { get; } = [];

    public int Id => process.Id;

    /// <summary>Returns when it says that it is ready.</summary>
    public static async Task<BrokerProcess> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [RackProcess.Program, "mqtt", "broker", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var broker = new BrokerProcess(Process.Start(start)!);
        using var patience = new CancellationTokenSource(Patience);
        while (await broker.process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("The broker is ready", StringComparison.Ordinal))
            {
                return broker;
            }

            broker.EndPoints.Add(IPEndPoint.Parse(new Uri(line).Authority));
        }

        throw new InvalidOperationException(await broker.process.StandardError.ReadToEndAsync(patience.Token));
    }

    /// <summary>The next line that it tells its operator.</summary>
    public async Task<string> NoticeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await process.StandardError.ReadLineAsync(patience.Token)
            ?? throw new InvalidOperationException("it ended");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }
}
