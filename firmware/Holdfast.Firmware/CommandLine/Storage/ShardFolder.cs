using Holdfast.Hal.Linux.Files;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>The shards in a folder, open for reading.</summary>
internal sealed class ShardFolder : IDisposable
{
    /// <summary>Twice as many as a set can have: more is something else.</summary>
    private const int FilesMax = 2 * ErasureCode.ShardsMax;

    private readonly List<FileStream> open = [];
    private readonly List<string> names = [];
    private readonly List<(string Name, string Problem)> unreadable = [];
    private ShardReader? reader;

    private ShardFolder(string path) =>
        (Path, IsInterrupted) = (path, WorkFile.IsThere(System.IO.Path.Combine(path, ShardNames.WorkFile)));

    public string Path { get; }

    public ShardReader Reader => reader ?? throw new InvalidOperationException("not open");

    /// <summary>When it was opened a command was at work in it, or had been killed.</summary>
    public bool IsInterrupted { get; }

    /// <exception cref="StorageException">There is no set of shards.</exception>
    public static async Task<ShardFolder> OpenAsync(string path, CancellationToken stop)
    {
        if (!Directory.Exists(path))
        {
            throw new StorageException($"there is no folder {path}", ExitCode.Usage);
        }

        var folder = new ShardFolder(path);
        try
        {
            folder.OpenFiles();
            var opening = await ShardReader.OpenAsync(folder.open, stop);
            folder.reader = opening.Reader ?? throw folder.NoSet(opening);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>What is known of every shard by now, and of the files that are none of them.</summary>
    public (IReadOnlyList<ShardDocument> Shards, IReadOnlyList<OtherDocument> Others) Look()
    {
        var shards = new ShardDocument[Reader.Set.Layout.TotalShards];
        var others = unreadable.Select(file => new OtherDocument(file.Name, file.Problem)).ToList();
        foreach (var finding in Reader.Findings)
        {
            var name = names[finding.Position];
            if (IndexOf(finding, name) is not { } index || shards[index] is not null)
            {
                others.Add(new OtherDocument(name, finding.Text));
                continue;
            }

            var state = finding.Fault == ShardFault.None ? ShardDocument.Intact : ShardDocument.Damaged;
            shards[index] = new ShardDocument(index, name, state, finding.Text);
        }

        for (var index = 0; index < shards.Length; index++)
        {
            shards[index] ??= new ShardDocument(index, null, ShardDocument.Missing, "is missing");
        }

        return (shards, others);
    }

    public void Dispose() => open.ForEach(file => file.Dispose());

    /// <summary>A file whose header is gone is taken for the shard that it is called after.</summary>
    private int? IndexOf(ShardFinding finding, string name) =>
        finding.Header is { } header
            ? finding.Fault is ShardFault.Foreign or ShardFault.Duplicate
                ? null
                : header.Index
            : finding.Fault
                is ShardFault.NotAShard
                    or ShardFault.HeaderDamaged
                    or ShardFault.HeaderOutOfRange
                    or ShardFault.Truncated
                ? Missing(name)
                : null;

    private int? Missing(string name)
    {
        var index = Enumerable
            .Range(0, Reader.Set.Layout.TotalShards)
            .FirstOrDefault(i => ShardNames.Of(i) == name, -1);
        return index < 0 || Reader.Findings.Any(f => f.Header?.Set == Reader.Set && f.Header?.Index == index)
            ? null
            : index;
    }

    private void OpenFiles()
    {
        foreach (
            var file in Directory
                .EnumerateFiles(Path, $"*{ShardNames.Ending}")
                .Where(file => System.IO.Path.GetFileName(file)[0] != '.')
                .Take(FilesMax + 1)
                .Order(StringComparer.Ordinal)
        )
        {
            if (open.Count + unreadable.Count == FilesMax)
            {
                throw new StorageException(
                    $"{Path} holds more than {FilesMax} files that end in {ShardNames.Ending}; move those of one set to a folder of their own",
                    ExitCode.NotDone
                );
            }

            OpenFile(file);
        }

        if (open.Count + unreadable.Count == 0)
        {
            throw new StorageException(
                $"{Path} holds no shards: no file in it ends in {ShardNames.Ending}",
                ExitCode.Usage
            );
        }
    }

    private void OpenFile(string file)
    {
        var name = System.IO.Path.GetFileName(file);
        try
        {
            if (FileKinds.OfTarget(file) != FileKind.Regular)
            {
                unreadable.Add((name, "is no file"));
                return;
            }

            open.Add(
                new FileStream(
                    file,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    bufferSize: 0,
                    FileOptions.Asynchronous
                )
            );
            names.Add(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unreadable.Add((name, $"cannot be read ({e.Message.TrimEnd('.')})"));
        }
    }

    private StorageException NoSet(ShardOpening opening)
    {
        var isMixed = opening.Strays.Count < open.Count;
        string[] files =
        [
            .. unreadable.Select(file => $"{file.Name} {file.Problem}"),
            .. opening.Strays.Select(stray => $"{names[stray.Position]} {stray.Text}"),
        ];
        return isMixed
            ? new StorageException(
                $"in {Path} {opening.Problem}; move the shards of each to a folder of their own",
                ExitCode.NotDone
            )
            : new StorageException(
                $"of the shards in {Path} none can be read: {string.Join("; ", files.Take(3))}{(files.Length > 3 ? "; and so on" : "")}",
                ExitCode.Lost
            );
    }
}
