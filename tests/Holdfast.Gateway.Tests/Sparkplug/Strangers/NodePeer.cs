using System.Diagnostics;
using System.Text.Json;
using Holdfast.Testing;

namespace Holdfast.Gateway.Tests.Sparkplug.Strangers;

/// <summary>
/// The npm packages sparkplug-payload and sparkplug-client, the reference implementations of Eclipse Tahu, at work (npm/peer.js). They
/// are installed once a test run, in the versions of the lock file, into a folder that is removed at the end.
/// </summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly SemaphoreSlim Installing = new(1);
    private static string? installed;

    private readonly Process process;

    private NodePeer(Process process) => this.process = process;

    /// <param name="arguments">codec; edge PORT; watch PORT.</param>
    public static async Task<NodePeer> StartAsync(params string[] arguments)
    {
        var node = Counterpart.Require("node", "nodejs");
        await Installing.WaitAsync();
        try
        {
            installed ??= await InstallAsync();
        }
        finally
        {
            Installing.Release();
        }

        return new NodePeer(Start(node, installed, ["peer.js", .. arguments]));
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

    private static async Task<string> InstallAsync()
    {
        var npm = Counterpart.Require("npm", "npm");
        var source = SourceTree.PathOf("tests/Holdfast.Gateway.Tests/Sparkplug/Strangers/npm");
        var folder = Directory.CreateTempSubdirectory("holdfast-npm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        using var install = Start(
            npm,
            folder,
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        );
        using var patience = new CancellationTokenSource(Patience);
        install.StandardInput.Close();
        var output = install.StandardOutput.ReadToEndAsync(patience.Token);
        var error = await install.StandardError.ReadToEndAsync(patience.Token);
        await install.WaitForExitAsync(patience.Token);
        return install.ExitCode == 0
            ? folder
            : throw new InvalidOperationException($"npm ci ended with {install.ExitCode}: {await output}{error}");
    }

    private static Process Start(string program, string folder, string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
}
