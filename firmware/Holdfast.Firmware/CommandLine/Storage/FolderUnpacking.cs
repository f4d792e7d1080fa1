using System.Formats.Tar;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// Unpacks an archive that may come from anybody: only files, directories and links are made, only inside of the target
/// (<see cref="ArchivePath"/>), nothing is overwritten, nothing is written through a link.
/// </summary>
internal sealed class FolderUnpacking(string root)
{
    private const int CopyLength = 128 * 1024;

    /// <summary>More files than a whole file system usually has room for.</summary>
    private const long EntriesMax = 10_000_000;

    /// <summary>The directories that are being filled, outermost first; they get their rights and times when nothing comes into them any more.</summary>
    private readonly Stack<(string Name, UnixFileMode Mode, DateTimeOffset Time)> filling = new();

    /// <exception cref="StorageException">The archive holds what must not be unpacked, or is none.</exception>
    /// <exception cref="IOException">The disk refuses, or the archive ends too early.</exception>
    public async Task ReadAsync(Stream archive, CancellationToken stop)
    {
        try
        {
            await using var entries = new TarReader(archive, leaveOpen: true);
            for (long count = 0; await entries.GetNextEntryAsync(copyData: false, stop) is { } entry; count++)
            {
                if (count == EntriesMax)
                {
                    throw Refused(entry, $"it is more than the {EntriesMax}th entry");
                }

                await UnpackAsync(entry, stop);
            }
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or FormatException
                        or ArgumentException
                        or OverflowException
                        or NotSupportedException
                        or OutOfMemoryException
            )
        {
            throw new StorageException($"what the shards hold cannot be unpacked: {e.Message}", ExitCode.NotDone);
        }

        Leave("");
        while (filling.TryPop(out var last))
        {
            Close(last);
        }
    }

    private async Task UnpackAsync(TarEntry entry, CancellationToken stop)
    {
        if (entry is { EntryType: TarEntryType.Directory, Name: FolderArchive.Root } && filling.Count == 0)
        {
            filling.Push(("", entry.Mode, entry.ModificationTime));
            return;
        }

        var name =
            entry.EntryType == TarEntryType.Directory && entry.Name.EndsWith('/') ? entry.Name[..^1] : entry.Name;
        if (ArchivePath.Problem(name) is { } problem)
        {
            throw Refused(entry, problem);
        }

        Leave(name);
        var path = Path.Combine(root, name);
        if (ParentProblem(name) is { } parent)
        {
            throw Refused(entry, parent);
        }

        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            throw Refused(entry, "it is there twice");
        }

        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(path);
                filling.Push((name, entry.Mode, entry.ModificationTime));
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                await WriteFileAsync(entry, path, stop);
                break;
            case TarEntryType.SymbolicLink:
                if (ArchivePath.LinkProblem(name, entry.LinkName) is { } leads)
                {
                    throw Refused(entry, leads);
                }

                File.CreateSymbolicLink(path, entry.LinkName);
                break;
            default:
                throw Refused(entry, "it is no file, directory or link");
        }
    }

    private static async Task WriteFileAsync(TarEntry entry, string path, CancellationToken stop)
    {
        await using (
            var file = new FileStream(
                path,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                bufferSize: 0,
                FileOptions.Asynchronous
            )
        )
        {
            if (entry.DataStream is { } data)
            {
                await data.CopyToAsync(file, CopyLength, stop);
            }
        }

        SetRights(path, entry.Mode);
        File.SetLastWriteTimeUtc(path, entry.ModificationTime.UtcDateTime);
    }

    /// <summary>A directory is in front of what is in it, so that the one an entry goes into is one that was made here, and no link.</summary>
    private string? ParentProblem(string name)
    {
        var parent = name.Contains('/') ? name[..name.LastIndexOf('/')] : "";
        return parent.Length == 0 || (filling.TryPeek(out var inside) && inside.Name == parent)
            ? null
            : "its directory is not in front of it";
    }

    /// <summary>Closes the directories that this name is not in.</summary>
    private void Leave(string name)
    {
        while (
            filling.TryPeek(out var last)
            && last.Name.Length > 0
            && !name.StartsWith(last.Name + "/", StringComparison.Ordinal)
        )
        {
            Close(filling.Pop());
        }
    }

    private void Close((string Name, UnixFileMode Mode, DateTimeOffset Time) folder)
    {
        var path = Path.Combine(root, folder.Name);
        Directory.SetLastWriteTimeUtc(path, folder.Time.UtcDateTime);
        SetRights(path, folder.Mode);
    }

    private static void SetRights(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode & ArchivePath.Rights);
        }
    }

    private static StorageException Refused(TarEntry entry, string why) =>
        new($"the archive's entry '{entry.Name}' must not be unpacked: {why}", ExitCode.NotDone);
}
