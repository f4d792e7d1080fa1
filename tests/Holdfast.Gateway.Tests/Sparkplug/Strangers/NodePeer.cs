using System.Diagnostics;
using System.Text.Json;
using Holdfast.Testing;

namespace Holdfast.Gateway.Tests.Sparkplug.Strangers;

/// <summary>The npm packages sparkplug-payload and sparkplug-client, the reference implementations of Eclipse Tahu, at work (npm/peer.js).</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private readonly Process process;

    private NodePeer(Process process) => this.process = process;

    /// <param name="arguments">codec; edge PORT; watch PORT.</param>
    public static async Task<NodePeer> StartAsync(params string[] arguments)
    {
        var packages = await NodePackages.RequireAsync("tests/Holdfast.Gateway.Tests/Sparkplug/Strangers/npm");
        return new NodePeer(packages.Start(["peer.js", .. arguments]));
    }

    public Task WriteAsync(string line) => process.StandardInput.WriteLineAsync(line);

    /// <summary>The next thing that it tells; fails with its own words where it ended.</summary>
    public async Task<JsonElement> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var line =
            await process.StandardOutput.ReadLineAsync(patience.Token)
            ?? throw new InvalidOperationException(
                $"peer.js ended: {await process.StandardError.ReadToEndAsync(patience.Token)}"
            );
        return JsonDocument.Parse(line).RootElement;
    }

    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> found)
    {
        JsonElement next;
        do
        {
            next = await NextAsync();
        } while (!found(next));

        return next;
    }

    /// <summary>Ends it as a crash does: no DISCONNECT.</summary>
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
}
