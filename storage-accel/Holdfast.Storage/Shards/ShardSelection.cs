using System.Globalization;

namespace Holdfast.Storage.Shards;

/// <summary>Which set is read, when the streams that were given say different things about themselves.</summary>
/// <param name="Set">Null: it cannot be told.</param>
/// <param name="Problem">Why not; empty otherwise.</param>
/// <param name="Strays">What is wrong with the streams that do not count.</param>
internal sealed record ShardSelection(ShardSet? Set, string Problem, IReadOnlyList<ShardFinding> Strays)
{
    /// <param name="headers">As they were read, in the order of the streams.</param>
    public static ShardSelection Of(IReadOnlyList<ShardHeaderResult> headers)
    {
        var sets = headers
            .Where(result => result.Header is not null)
            .GroupBy(result => result.Header!.Value.Set)
            .Select(group =>
                (Set: group.Key, Shards: group.Select(result => result.Header!.Value.Index).Distinct().Count())
            )
            // The one with the most shards; among equals always the same.
            .OrderByDescending(set => set.Shards >= set.Set.Layout.DataShards)
            .ThenByDescending(set => set.Shards)
            .ThenBy(set => set.Set.Id)
            .ToArray();
        if (sets.Length == 0)
        {
            return new(null, headers.Count == 0 ? "there are no shards" : "none of them is a shard", Bad(headers));
        }

        return sets.Length > 1 && sets[1].Shards >= sets[1].Set.Layout.DataShards
            ? new(
                null,
                $"shards of two sets are mixed, and each could be meant: {Describe(sets[0].Set)} and {Describe(sets[1].Set)}",
                Bad(headers)
            )
            : new(sets[0].Set, "", [.. Bad(headers), .. OutsideOf(sets[0].Set, headers)]);
    }

    private static IReadOnlyList<ShardFinding> Bad(IReadOnlyList<ShardHeaderResult> headers) =>
        [
            .. headers
                .Index()
                .Where(result => result.Item.Header is null)
                .Select(result => new ShardFinding(result.Index, null, result.Item.Fault, result.Item.Text)),
        ];

    private static IEnumerable<ShardFinding> OutsideOf(ShardSet set, IReadOnlyList<ShardHeaderResult> headers)
    {
        var seen = new HashSet<int>();
        foreach (var (position, result) in headers.Index())
        {
            if (result.Header is not { } header)
            {
                continue;
            }

            if (header.Set != set)
            {
                var text =
                    header.Set.Id == set.Id
                        ? $"says other things about the set than its other shards do: {Describe(header.Set)}"
                        : $"belongs to another set, {Describe(header.Set)}";
                yield return new ShardFinding(position, header, ShardFault.Foreign, text);
            }
            else if (!seen.Add(header.Index))
            {
                yield return new ShardFinding(
                    position,
                    header,
                    ShardFault.Duplicate,
                    string.Create(CultureInfo.InvariantCulture, $"is shard {header.Index} once more")
                );
            }
        }
    }

    private static string Describe(ShardSet set) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{set.ShortId} of {set.Layout.DataShards} + {set.Layout.ParityShards} shards with {set.SourceLength} bytes"
        );
}
