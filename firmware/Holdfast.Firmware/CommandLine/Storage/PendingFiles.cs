using Holdfast.Hal.Linux.Files;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// Files that are written under temporary names and get their own when all of them are whole and on the disk. Whoever uses it holds the folder's
/// <see cref="WorkFile"/>: what is there under a temporary name is left from a command that was killed.
/// </summary>
internal sealed class PendingFiles(string folder) : IDisposable
{
    private const string Ending = ".tmp";

    private readonly List<(string Name, FileStream File)> files = [];

    /// <summary>Where a file is while it is written.</summary>
    public static string TemporaryOf(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}{Ending}");

    /// <summary>Removes what was left of files with this ending.</summary>
    public static void RemoveLeftovers(string folder, string ending)
    {
        foreach (var left in Directory.EnumerateFiles(folder, $".*{ending}{Ending}"))
        {
            File.Delete(left);
        }
    }

    public FileStream Add(string name)
    {
        var file = new FileStream(
            TemporaryOf(Path.Combine(folder, name)),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 0,
            FileOptions.Asynchronous
        );
        files.Add((name, file));
        return file;
    }

    /// <summary>All files get their names, in place of what had them.</summary>
    /// <exception cref="IOException">The disk refuses; some files may have their names.</exception>
    public void Commit(CancellationToken stop)
    {
        foreach (var (_, file) in files)
        {
            stop.ThrowIfCancellationRequested();
            file.Flush(flushToDisk: true);
        }

        foreach (var (name, file) in files)
        {
            file.Dispose();
            File.Move(file.Name, Path.Combine(folder, name), overwrite: true);
        }

        FolderNames.Flush(folder);
        files.Clear();
    }

    public void Dispose()
    {
        foreach (var (_, file) in files)
        {
            file.Dispose();
            File.Delete(file.Name);
        }
    }
}
