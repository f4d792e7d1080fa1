using System.CommandLine;
using Holdfast.Hal.Linux.Files;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// <c>holdfast storage encode SOURCE FOLDER</c>. All shards get their names when all are on the disk. When the command is killed, the same command
/// once more removes what was left and starts anew; shards that another command finished are never touched.
/// </summary>
internal static class EncodeCommand
{
    private const int DataShardsUsual = 10;
    private const int ParityShardsUsual = 4;

    public static Command Create(Terminal terminal)
    {
        var source = Storing.PathNamed("SOURCE", "The file or directory to keep");
        var folder = Storing.PathNamed("FOLDER", "Where the shards go; made if it is not there");
        var data = Options.Number("-k", "Data shards, so many give the source back [10]", 1, ErasureCode.ShardsMax - 1);
        var parity = Options.Number("-m", "Parity shards, so many may be lost [4]", 1, ErasureCode.ShardsMax - 1);
        var length = ByteLength.Option(
            "--shard-length",
            "Bytes of each shard in a stripe, as 65536, 64KiB or 1MiB [256KiB; 64KiB beyond 64 shards]"
        );
        var command = new Command("encode", "Turn a file or directory into shards")
        {
            source,
            folder,
            data,
            parity,
            length,
        };
        return Storing.With(
            terminal,
            command,
            (storing, parsed, stop) =>
                RunAsync(
                    storing,
                    Storing.FullPath(parsed.GetValue(source)!),
                    Storing.FullPath(parsed.GetValue(folder)!),
                    LayoutOf(parsed.GetValue(data), parsed.GetValue(parity), parsed.GetValue(length)),
                    stop
                )
        );
    }

    private static ShardLayout LayoutOf(int? data, int? parity, int? length)
    {
        var usual = ShardLayout.Usual(data ?? DataShardsUsual, parity ?? ParityShardsUsual);
        return usual with { PieceLength = length ?? usual.PieceLength };
    }

    private static async Task<int> RunAsync(
        Storing storing,
        string source,
        string folder,
        ShardLayout layout,
        CancellationToken stop
    )
    {
        if (layout.Problem() is { } problem)
        {
            throw new StorageException(problem, ExitCode.Usage);
        }

        await using var reading = EncodeSource.Open(source, folder);
        Directory.CreateDirectory(folder);
        using var work = WorkFile.Take(Path.Combine(folder, ShardNames.WorkFile));
        MakeRoom(folder, work);
        ShardSet set;
        try
        {
            set = await WriteAsync(storing, reading, folder, layout, work, stop);
        }
        catch
        {
            // There were no shards before: all that are there are ours, and not all of them.
            RemoveShards(folder, layout);
            work.Finish();
            throw;
        }

        work.Finish();
        storing.Print(
            StorageDocument.Of(
                folder,
                set,
                ShardSetState.Whole,
                "",
                false,
                [
                    .. Enumerable
                        .Range(0, layout.TotalShards)
                        .Select(i => new ShardDocument(i, ShardNames.Of(i), ShardDocument.Intact, "")),
                ],
                []
            ),
            $"{source} is in {layout.TotalShards} shards of {ByteLength.Text(set.ShardLength)} each in {folder}; any {layout.DataShards} of them give it back."
        );
        return ExitCode.Ok;
    }

    private static async Task<ShardSet> WriteAsync(
        Storing storing,
        EncodeSource source,
        string folder,
        ShardLayout layout,
        WorkFile work,
        CancellationToken stop
    )
    {
        var id = Guid.NewGuid();
        work.Write($"{ShardNames.Encoding}{id:N}");
        using var files = new PendingFiles(folder);
        FileStream[] shards = [.. Enumerable.Range(0, layout.TotalShards).Select(i => files.Add(ShardNames.Of(i)))];
        var writer = new ShardWriter(layout, source.Content, id);
        var outcome = await storing.ShowAsync(
            $"Encoding {Path.GetFileName(source.Path)}",
            source.Length,
            progress => source.WriteAsync(writer, shards, progress, stop)
        );
        if (outcome.Set is not { } set)
        {
            var failed = outcome.Shard is { } shard
                ? $"{Path.Combine(folder, ShardNames.Of(shard))} cannot be written"
                : $"{source.Path} cannot be read";
            throw new StorageException($"{failed}: {outcome.Problem}", ExitCode.NotDone);
        }

        files.Commit(stop);
        return set;
    }

    /// <summary>Removes what an encoding that was killed has left; refuses where there are other shards.</summary>
    private static void MakeRoom(string folder, WorkFile work)
    {
        PendingFiles.RemoveLeftovers(folder, ShardNames.Ending);
        var shards = Directory
            .EnumerateFiles(folder, $"*{ShardNames.Ending}")
            .Where(file => Path.GetFileName(file)[0] != '.')
            .ToList();
        if (
            work.Interrupted.StartsWith(ShardNames.Encoding, StringComparison.Ordinal)
            && Guid.TryParseExact(work.Interrupted[ShardNames.Encoding.Length..], "N", out var left)
        )
        {
            foreach (
                var own in shards.Where(s => FileKinds.OfTarget(s) == FileKind.Regular && IdOf(s) == left).ToArray()
            )
            {
                File.Delete(own);
                shards.Remove(own);
            }
        }

        if (shards.Count > 0)
        {
            work.Finish();
            throw new StorageException(
                $"{folder} holds shards already, and none is overwritten; name another folder or remove them",
                ExitCode.NotDone
            );
        }

        FolderNames.Flush(folder);
    }

    private static void RemoveShards(string folder, ShardLayout layout)
    {
        for (var i = 0; i < layout.TotalShards; i++)
        {
            File.Delete(Path.Combine(folder, ShardNames.Of(i)));
        }
    }

    private static Guid? IdOf(string shard)
    {
        using var file = File.OpenHandle(shard, share: FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[ShardHeader.Length];
        return ShardHeader.Parse(bytes.AsSpan(0, RandomAccess.Read(file, bytes, 0))).Header?.Set.Id;
    }
}
