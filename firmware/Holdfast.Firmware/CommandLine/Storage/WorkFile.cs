using System.Text;
using Holdfast.Hal.Linux.Files;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// A file that is there while a command changes a folder. It keeps others off, by a lock that the kernel drops when the process dies; and when it
/// is still there then, it tells the next command what was interrupted.
/// </summary>
internal sealed class WorkFile : IDisposable
{
    private const int TextLengthMax = 200;

    /// <summary>EAGAIN: another process holds the lock.</summary>
    private const int Locked = 11;

    private readonly string path;
    private readonly FileStream file;

    private WorkFile(string path, FileStream file, string interrupted) =>
        (this.path, this.file, Interrupted) = (path, file, interrupted);

    /// <summary>What a command that did not end had written here; empty: there was none.</summary>
    public string Interrupted { get; }

    /// <exception cref="StorageException">Another process works there.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static WorkFile Take(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            var bytes = new byte[TextLengthMax];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return new WorkFile(path, file, Encoding.UTF8.GetString(bytes, 0, length));
        }
        catch (IOException e) when (e.HResult == Locked)
        {
            throw new StorageException(
                $"another holdfast works in {Path.GetDirectoryName(path)}; wait for its end",
                ExitCode.NotDone
            );
        }
    }

    /// <summary>Whether a command was interrupted there, or still works.</summary>
    public static bool IsThere(string path) => File.Exists(path);

    /// <summary>Says what is being done, so that it lasts.</summary>
    public void Write(string text)
    {
        file.SetLength(0);
        file.Position = 0;
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
        FolderNames.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Nothing is half done any more.</summary>
    public void Finish()
    {
        // While the lock is held, so that nobody else has taken it.
        File.Delete(path);
        FolderNames.Flush(Path.GetDirectoryName(path)!);
    }

    public void Dispose() => file.Dispose();
}
