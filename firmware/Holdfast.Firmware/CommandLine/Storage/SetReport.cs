using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>What is said about a set of shards.</summary>
internal static class SetReport
{
    /// <summary>What does not fit on a screen is not read.</summary>
    private const int NamedMax = 5;

    /// <param name="state">Null: as far as it was read.</param>
    public static StorageDocument Of(ShardFolder folder, ShardSetState? state, string problem)
    {
        var (shards, others) = folder.Look();
        return StorageDocument.Of(
            folder.Path,
            folder.Reader.Set,
            state
                ?? (
                    shards.All(shard => shard.State == ShardDocument.Intact)
                        ? ShardSetState.Whole
                        : ShardSetState.Damaged
                ),
            problem,
            folder.IsInterrupted,
            shards,
            others
        );
    }

    /// <summary>On the error's side, since what was asked for is done.</summary>
    public static void Warn(Storing storing, StorageDocument document)
    {
        if (
            document.Shards.Count(shard => shard.State is ShardDocument.Damaged or ShardDocument.Missing)
            is var bad
                and > 0
        )
        {
            storing.Warn(
                $"{bad} of {document.Shards.Count} shards {(bad == 1 ? "is" : "are")} missing or damaged; 'holdfast storage repair {document.Folder}' rebuilds {(bad == 1 ? "it" : "them")}"
            );
        }

        WarnOfOthers(storing, document);
    }

    public static void WarnOfOthers(Storing storing, StorageDocument document)
    {
        foreach (var other in document.Others.Take(NamedMax))
        {
            storing.Warn($"{Path.Combine(document.Folder, other.File)} {other.Problem}; it is left as it is");
        }

        if (document.Others.Count > NamedMax)
        {
            storing.Warn(
                $"{document.Others.Count - NamedMax} more such files are in {document.Folder}; --json names them"
            );
        }
    }

    public static StorageException Lost(ShardFolder folder, string problem)
    {
        var (shards, others) = folder.Look();
        string[] bad =
        [
            .. shards
                .Where(shard => shard.State != ShardDocument.Intact)
                .Select(shard => $"{shard.File ?? ShardNames.Of(shard.Index)} {shard.Problem}"),
            .. others.Select(other => $"{other.File} {other.Problem}"),
        ];
        var more = bad.Length > NamedMax ? $"; and {bad.Length - NamedMax} more" : "";
        var remedy = folder.IsInterrupted ? ". A command was interrupted there: repeat it" : "";
        return new StorageException(
            $"what is in {folder.Path} cannot be given back: {problem}: {string.Join("; ", bad.Take(NamedMax))}{more}{remedy}",
            ExitCode.Lost
        );
    }
}
