using System.Collections.Concurrent;
using System.Diagnostics;

namespace Holdfast.Testing;

/// <summary>
/// A folder of the source tree with a package.json, its lock file and scripts, at work: installed once a test run, in the locked
/// versions, into a folder that is removed at the end. Nothing of the packages is run at installation.
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

    private static async Task<NodePackages> InstallAsync(string node, string npm, string source)
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-npm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(SourceTree.PathOf(source)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        using var patience = new CancellationTokenSource(InstallPatience);
        string[] arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        await RunToEndAsync(npm, folder, arguments, [], patience.Token);
        return new NodePackages(node, folder);
    }

    private static async Task<string> RunToEndAsync(
        string program,
        string folder,
        string[] arguments,
        IEnumerable<string> input,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
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
