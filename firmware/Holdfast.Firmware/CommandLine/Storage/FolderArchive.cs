using System.Formats.Tar;
using Holdfast.Hal.Linux.Files;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// A directory as a tar archive (pax): files, directories and links with their rights and times, each directory in front of what is in it. Owners are not
/// kept. What could not be unpacked again (<see cref="ArchivePath"/>) is refused here already.
/// </summary>
internal static class FolderArchive
{
    /// <summary>The entry for the directory itself.</summary>
    public const string Root = "./";

    public static async Task WriteAsync(string folder, Stream target, CancellationToken stop)
    {
        await using var archive = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        await archive.WriteEntryAsync(Describe(TarEntryType.Directory, Root, folder), stop);
        await WriteInsideAsync(archive, folder, "", stop);
    }

    private static async Task WriteInsideAsync(TarWriter archive, string folder, string prefix, CancellationToken stop)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            var name = prefix + Path.GetFileName(path);
            if (ArchivePath.Problem(name) is { } problem)
            {
                throw new StorageException($"{path} cannot be archived: {problem}", ExitCode.NotDone);
            }

            switch (FileKinds.Of(path))
            {
                case FileKind.Folder:
                    await archive.WriteEntryAsync(Describe(TarEntryType.Directory, name + "/", path), stop);
                    await WriteInsideAsync(archive, path, name + "/", stop);
                    break;
                case FileKind.Link:
                    await archive.WriteEntryAsync(Link(name, path), stop);
                    break;
                case FileKind.Regular:
                    await WriteFileAsync(archive, name, path, stop);
                    break;
                default:
                    throw new StorageException(
                        $"{path} is a pipe, a socket or a device, which cannot be archived; leave it out",
                        ExitCode.NotDone
                    );
            }
        }
    }

    private static async Task WriteFileAsync(TarWriter archive, string name, string path, CancellationToken stop)
    {
        await using var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
        var entry = Describe(TarEntryType.RegularFile, name, path);
        entry.DataStream = new FixedLengthStream(file, path);
        await archive.WriteEntryAsync(entry, stop);
    }

    private static PaxTarEntry Link(string name, string path)
    {
        var target = new FileInfo(path).LinkTarget ?? "";
        return ArchivePath.LinkProblem(name, target) is { } problem
            ? throw new StorageException(
                $"{path} is a link to {target}, which cannot be archived: {problem}",
                ExitCode.NotDone
            )
            : new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };
    }

    private static PaxTarEntry Describe(TarEntryType type, string name, string path)
    {
        var entry = new PaxTarEntry(type, name) { ModificationTime = File.GetLastWriteTimeUtc(path) };
        if (!OperatingSystem.IsWindows())
        {
            entry.Mode = File.GetUnixFileMode(path) & ArchivePath.Rights;
        }

        return entry;
    }
}
