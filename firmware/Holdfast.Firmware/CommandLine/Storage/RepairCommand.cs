using System.CommandLine;
using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// <c>holdfast storage repair FOLDER</c>: reads every byte, then rebuilds what is missing or lies. A rebuilt shard takes the lying one's name when
/// it is on the disk; nothing else in the folder is touched.
/// </summary>
internal static class RepairCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = StorageCommands.Folder();
        return Storing.With(
            terminal,
            new Command("repair", "Rebuild the shards that are missing or damaged") { folder },
            (storing, parsed, stop) => RunAsync(storing, Storing.FullPath(parsed.GetValue(folder)!), stop)
        );
    }

    private static async Task<int> RunAsync(Storing storing, string folder, CancellationToken stop)
    {
        using var shards = await ShardFolder.OpenAsync(folder, stop);
        using var work = WorkFile.Take(Path.Combine(folder, ShardNames.WorkFile));
        var set = shards.Reader.Set;
        StorageDocument before;
        Dictionary<int, string> rebuilt;
        var isWhole = false;
        try
        {
            PendingFiles.RemoveLeftovers(folder, ShardNames.Ending);
            var verdict = await storing.ShowAsync(
                $"Reading {Path.GetFileName(folder)}",
                set.SourceLength,
                progress => shards.Reader.VerifyAsync(progress, stop)
            );
            if (verdict.State == ShardSetState.Lost)
            {
                throw SetReport.Lost(shards, verdict.Problem);
            }

            before = SetReport.Of(shards, ShardSetState.Whole, "");
            rebuilt = NamesOf(folder, before, verdict.Bad);
            // More than m shards may be damaged, each elsewhere; m at a time are rebuilt from the others.
            foreach (var some in verdict.Bad.Chunk(set.Layout.ParityShards))
            {
                await RebuildAsync(storing, shards, some, rebuilt, stop);
            }

            isWhole = true;
        }
        finally
        {
            // An encoding that was interrupted stays so until all of its shards are there.
            if (isWhole || work.Interrupted.Length == 0)
            {
                work.Finish();
            }
        }

        var after = before with
        {
            Interrupted = false,
            Shards = [.. before.Shards.Select(shard => Rebuilt(shard, rebuilt))],
        };
        storing.Print(
            after,
            rebuilt.Count == 0
                ? $"All {set.Layout.TotalShards} shards in {folder} are intact; there is nothing to repair."
                : $"{rebuilt.Count} of {set.Layout.TotalShards} shards in {folder} are rebuilt; all are intact now."
        );
        SetReport.WarnOfOthers(storing, after);
        return ExitCode.Ok;
    }

    private static async Task RebuildAsync(
        Storing storing,
        ShardFolder shards,
        int[] some,
        Dictionary<int, string> names,
        CancellationToken stop
    )
    {
        using var files = new PendingFiles(shards.Path);
        var targets = some.ToDictionary(index => index, index => (Stream)files.Add(names[index]));
        var outcome = await storing.ShowAsync(
            $"Rebuilding {some.Length} shards",
            shards.Reader.Set.SourceLength,
            progress => shards.Reader.RebuildAsync(targets, progress, stop)
        );
        if (!outcome.IsDone)
        {
            throw outcome.Shard is { } shard
                ? new StorageException(
                    $"{Path.Combine(shards.Path, names[shard])} cannot be written: {outcome.Problem}",
                    ExitCode.NotDone
                )
                : SetReport.Lost(shards, outcome.Problem);
        }

        files.Commit(stop);
    }

    /// <summary>What lies keeps its name; what is missing gets its own.</summary>
    private static Dictionary<int, string> NamesOf(string folder, StorageDocument before, IReadOnlyList<int> bad) =>
        bad.ToDictionary(index => index, index => before.Shards[index].File ?? ShardNames.FreeFor(folder, index));

    private static ShardDocument Rebuilt(ShardDocument shard, Dictionary<int, string> rebuilt) =>
        rebuilt.TryGetValue(shard.Index, out var name)
            ? shard with
            {
                File = name,
                State = ShardDocument.Rebuilt,
            }
            : shard;
}
