namespace Holdfast.Hal.Linux.Files;

/// <summary>The ownership of a folder: a lock on a file in it that the kernel drops when the process dies.</summary>
internal static class FolderLock
{
    public const string Name = ".lock";

    /// <exception cref="IOException">The folder cannot be written, or another process owns it; the message says which and what to do.</exception>
    public static FileStream Take(string path)
    {
        var file = Path.Combine(path, Name);
        try
        {
            // FileShare.None takes an advisory lock (flock) on Unix.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(
                $"the data folder {path} cannot be written ({e.Message}); mend its rights or choose another with --data",
                e
            );
        }
        catch (IOException e)
            when (File.Exists(file) && !e.Message.Contains("Read-only", StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException(
                $"another holdfast is running on the data folder {path}; stop it or choose another with --data",
                e
            );
        }
        catch (IOException e)
        {
            throw new IOException(
                $"the data folder {path} cannot be written ({e.Message}); choose another with --data",
                e
            );
        }
    }
}
