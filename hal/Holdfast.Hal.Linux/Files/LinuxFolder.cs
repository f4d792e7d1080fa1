using Microsoft.Win32.SafeHandles;

namespace Holdfast.Hal.Linux.Files;

/// <summary>
/// A folder on a disk, with the durability that Linux gives: <c>fsync</c> of the file, and of the folder when a name in it is new
/// (fsync(2): "calling fsync() does not necessarily ensure that the entry in the directory … has also reached disk").
/// One process owns it at a time, by a lock that the kernel drops when the process dies.
/// </summary>
public sealed class LinuxFolder : IDurableFolder, IDisposable
{
    private const string TemporaryEnding = ".tmp";
    private const int OpenFilesMax = 8;

    /// <summary>A file may be closed to open another: no call of another thread may come in between.</summary>
    private readonly Lock gate = new();

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

        var folder = new LinuxFolder(path, FolderLock.Take(path));
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
                .Where(name => name != FolderLock.Name)
                .Order(StringComparer.Ordinal),
        ];

    public bool Exists(string name) => File.Exists(PathOf(name));

    public long Length(string name)
    {
        lock (gate)
        {
            return Exists(name) ? RandomAccess.GetLength(Handle(name)) : 0;
        }
    }

    public int Read(string name, long offset, Span<byte> buffer)
    {
        lock (gate)
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
    }

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            var handle = Handle(name, create: true);
            Write(handle, bytes, RandomAccess.GetLength(handle), PathOf(name));
        }
    }

    public void Flush(string name)
    {
        lock (gate)
        {
            RandomAccess.FlushToDisk(Handle(name));
            if (unnamed.Contains(name))
            {
                FolderNames.Flush(folder);
                unnamed.Remove(name);
            }
        }
    }

    public void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            var (path, temporary) = (PathOf(name), PathOf(name) + TemporaryEnding);
            try
            {
                using (var file = OpenFile(temporary, FileMode.Create, FileAccess.Write))
                {
                    Write(file, bytes, 0, temporary);
                    RandomAccess.FlushToDisk(file);
                }

                Close(name);
                File.Move(temporary, path, overwrite: true);
            }
            catch (UnauthorizedAccessException e)
            {
                throw new IOException($"{path} cannot be replaced: {e.Message}", e);
            }
            catch (IOException)
            {
                // The half of a copy must not keep a full disk full.
                File.Delete(temporary);
                throw;
            }

            FolderNames.Flush(folder);
        }
    }

    public void Truncate(string name, long length)
    {
        lock (gate)
        {
            RandomAccess.SetLength(Handle(name), length);
            RandomAccess.FlushToDisk(Handle(name));
        }
    }

    public void Delete(string name)
    {
        lock (gate)
        {
            Close(name);
            try
            {
                File.Delete(PathOf(name));
            }
            catch (UnauthorizedAccessException e)
            {
                throw new IOException($"{PathOf(name)} cannot be deleted: {e.Message}", e);
            }

            FolderNames.Flush(folder);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var handle in open.Values)
            {
                handle.Dispose();
            }

            open.Clear();
            ownership.Dispose();
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
        handle = OpenFile(PathOf(name), create ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite);
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

    private static SafeFileHandle OpenFile(string path, FileMode mode, FileAccess access)
    {
        try
        {
            return File.OpenHandle(path, mode, access, FileShare.Read);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} cannot be opened: {e.Message}", e);
        }
    }

    private static void Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes, long offset, string path)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // The framework's word for EFBIG: the file system or a limit of the process lets the file grow no further.
            throw new IOException($"{path} cannot grow: {e.Message}", e);
        }
    }
}
