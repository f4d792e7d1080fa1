using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Holdfast.Testing;

/// <summary>
/// A folder of the source tree with a package.json, its lock file and scripts, at work: installed in the locked versions under
/// <c>artifacts/npm</c>, and kept there until one of its files changes. (To remove thousands of files as the process exits takes so long that the
/// test runner believes that it hangs.) Nothing of the packages is run at installation.
/// </summary>
public sealed class NodePackages
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ScriptPatience = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<string, Lazy<Task<NodePackages>>> Installed = [];

    private readonly string node;
    private readonly string folder;

    private NodePackages(string node, string folder)
    {
        this.node = node;
        this.folder = folder;
    }

    /// <param name="source">Below the root of the source tree, "tests/…/npm".</param>
    public static Task<NodePackages> RequireAsync(string source)
    {
        var node = Counterpart.Require("node", "nodejs");
        var npm = Counterpart.Require("npm", "npm");
#pragma warning disable VSTHRD011 // Its task takes no thread of those who wait for it.
        return Installed
            .GetOrAdd(source, _ => new Lazy<Task<NodePackages>>(() => InstallAsync(node, npm, source)))
            .Value;
#pragma warning restore VSTHRD011
    }

    /// <summary>Runs a script to its end, with these lines on its input; throws with its words if it fails.</summary>
    /// <returns>The lines it wrote.</returns>
    public async Task<string[]> RunAsync(IEnumerable<string> input, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(ScriptPatience);
        var output = await RunToEndAsync(node, folder, arguments, input, patience.Token);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Starts a script that goes on; whoever starts it ends it.</summary>
    public Process Start(params string[] arguments) => Start(node, folder, arguments);

    private static async Task<NodePackages> InstallAsync(string node, string npm, string source)
    {
        var files = Directory.GetFiles(SourceTree.PathOf(source)).Order(StringComparer.Ordinal).ToArray();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(await File.ReadAllBytesAsync(file));
        }

        var kept = Path.Combine(
            SourceTree.PathOf("artifacts/npm"),
            Convert.ToHexStringLower(hash.GetHashAndReset())[..16]
        );
        if (Directory.Exists(kept))
        {
            return new NodePackages(node, kept);
        }

        var folder = $"{kept}-{Guid.NewGuid():N}";
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        using var patience = new CancellationTokenSource(InstallPatience);
        string[] arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        await RunToEndAsync(npm, folder, arguments, [], patience.Token);
        try
        {
            Directory.Move(folder, kept);
        }
        catch (IOException) when (Directory.Exists(kept))
        {
            Directory.Delete(folder, recursive: true);
        }

        return new NodePackages(node, kept);
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

    private static async Task<string> RunToEndAsync(
        string program,
        string folder,
        string[] arguments,
        IEnumerable<string> input,
        CancellationToken cancellationToken
    )
    {
        using var process = Start(program, folder, arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await WriteAsync(process.StandardInput, input);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException(
                    $"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await error}"
                );
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task WriteAsync(StreamWriter input, IEnumerable<string> lines)
    {
        try
        {
            foreach (var line in lines)
            {
                await input.WriteLineAsync(line);
            }

            input.Close();
        }
        catch (IOException)
        {
            // It has ended before it read all: its exit says why.
        }
    }
}
