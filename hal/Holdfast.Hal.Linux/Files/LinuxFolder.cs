using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Hal.Linux.Files;

/// <summary>
/// A folder on a disk, with the durability that Linux gives: <c>fsync</c> of the file, and of the folder when a name in it is new
/// (fsync(2): "calling fsync() does not necessarily ensure that the entry in the directory … has also reached disk").
/// One process owns it at a time, by a lock that the kernel drops when the process dies.
/// </summary>
public sealed partial class LinuxFolder : IDurableFolder, IDisposable
{
    private const string LockName = ".lock";
    private const string TemporaryEnding = ".tmp";
    private const int OpenFilesMax = 8;

    private readonly string folder;
    private readonly FileStream ownership;
    private readonly Dictionary<string, SafeFileHandle> open = new(StringComparer.Ordinal);
    private readonly HashSet<string> unnamed = new(StringComparer.Ordinal);

    private LinuxFolder(string folder, FileStream ownership)
    {
        this.folder = folder;
        this.ownership = ownership;
    }

    /// <summary>Makes the folder if needed, readable by its owner only, and takes it over.</summary>
    /// <exception cref="IOException">It cannot be made or written, or another process owns it; the message says which and what to do.</exception>
    public static LinuxFolder Open(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(
                    path,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                );
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"the data folder {path} cannot be made ({e.Message}); choose another with --data",
                e
            );
        }

        var folder = new LinuxFolder(path, TakeOwnership(path));
        foreach (var leftOver in Directory.EnumerateFiles(path, "*" + TemporaryEnding))
        {
            File.Delete(leftOver);
        }

        return folder;
    }

    public IReadOnlyList<string> List() =>
        [
            .. Directory
                .EnumerateFiles(folder)
                .Select(path => Path.GetFileName(path))
                .Where(name => name != LockName)
                .Order(StringComparer.Ordinal),
        ];

    public bool Exists(string name) => File.Exists(PathOf(name));

    public long Length(string name) => Exists(name) ? RandomAccess.GetLength(Handle(name)) : 0;

    public int Read(string name, long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var count = RandomAccess.Read(Handle(name), buffer[total..], offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        var handle = Handle(name, create: true);
        RandomAccess.Write(handle, bytes, RandomAccess.GetLength(handle));
    }

    public void Flush(string name)
    {
        RandomAccess.FlushToDisk(Handle(name));
        if (unnamed.Remove(name))
        {
            FlushNames();
        }
    }

    public void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        var temporary = PathOf(name) + TemporaryEnding;
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, bytes, 0);
            RandomAccess.FlushToDisk(file);
        }

        Close(name);
        File.Move(temporary, PathOf(name), overwrite: true);
        FlushNames();
    }

    public void Truncate(string name, long length)
    {
        RandomAccess.SetLength(Handle(name), length);
        RandomAccess.FlushToDisk(Handle(name));
    }

    public void Delete(string name)
    {
        Close(name);
        File.Delete(PathOf(name));
        FlushNames();
    }

    public void Dispose()
    {
        foreach (var handle in open.Values)
        {
            handle.Dispose();
        }

        open.Clear();
        ownership.Dispose();
    }

    private static FileStream TakeOwnership(string path)
    {
        var file = Path.Combine(path, LockName);
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

    private string PathOf(string name) => Path.Combine(folder, name);

    private SafeFileHandle Handle(string name, bool create = false)
    {
        if (open.TryGetValue(name, out var handle))
        {
            return handle;
        }

        var isNew = create && !Exists(name);
        handle = File.OpenHandle(
            PathOf(name),
            create ? FileMode.OpenOrCreate : FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.Read
        );
        if (isNew)
        {
            unnamed.Add(name);
        }

        if (open.Count >= OpenFilesMax)
        {
            Close(open.Keys.First());
        }

        open[name] = handle;
        return handle;
    }

    private void Close(string name)
    {
        if (open.Remove(name, out var handle))
        {
            handle.Dispose();
        }
    }

    /// <summary>fsync of the folder itself; the framework has no call for it.</summary>
    private void FlushNames()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = OpenFile(folder, flags: 0);
        if (descriptor < 0)
        {
            throw new IOException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"cannot open {folder} (errno {Marshal.GetLastPInvokeError()})"
                )
            );
        }

        var result = Fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = CloseFile(descriptor);
        if (result != 0)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"cannot flush {folder} (errno {error})")
            );
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFile(int descriptor);
}
