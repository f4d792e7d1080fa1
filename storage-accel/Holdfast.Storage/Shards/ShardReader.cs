using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Shards;

/// <summary>
/// Turns any k or more shards back into their source, looks whether all are intact, or rebuilds some. What lies is noticed by its checksums and
/// made up for from the others, piece by piece; <see cref="Findings"/> then says who lied. Holds two stripes, <see cref="ShardLayout.BuffersMax"/> bytes at most:
/// while one is rebuilt and written, the next is read. Not for use by several threads; from streams that cannot seek only one pass can be made.
/// </summary>
public sealed class ShardReader
{
    private readonly ErasureCode code;
    private readonly IReadOnlyList<ShardFinding> strays;
    private readonly ShardSource[] sources;
    private readonly StripeFetch fetch;

    private ShardReader(ShardSet set, ErasureCode code, IReadOnlyList<ShardFinding> strays, ShardSource[] sources)
    {
        (Set, this.code, this.strays, this.sources) = (set, code, strays, sources);
        fetch = new StripeFetch(set, sources);
    }

    public ShardSet Set { get; }

    /// <summary>One for each stream that was given, in their order: what is known of it by now.</summary>
    public IReadOnlyList<ShardFinding> Findings =>
        [
            .. strays
                .Concat(
                    sources
                        .Select(source => source.Finding)
                        .Where(finding => !strays.Any(stray => stray.Position == finding.Position))
                )
                .OrderBy(finding => finding.Position),
        ];

    /// <summary>Reads the headers and settles which set it is.</summary>
    /// <param name="shards">In any order, each at its beginning; strangers may be among them. Not closed.</param>
    public static async Task<ShardOpening> OpenAsync(IReadOnlyList<Stream> shards, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(shards);
        var headers = new ShardHeaderResult[shards.Count];
        for (var i = 0; i < headers.Length; i++)
        {
            headers[i] = await ReadHeaderAsync(shards[i], cancel);
        }

        var selection = ShardSelection.Of(headers);
        if (selection.Set is not { } set)
        {
            return new(null, selection.Problem, selection.Strays);
        }

        try
        {
            var code = ErasureCode.Create(set.Layout.DataShards, set.Layout.ParityShards, set.Layout.Matrix);
            var sources = shards
                .Index()
                .Where(shard => headers[shard.Index].Header?.Set == set)
                .Select(shard => new ShardSource(shard.Index, shard.Item, headers[shard.Index].Header!.Value));
            return new(new ShardReader(set, code, selection.Strays, [.. sources]), "", selection.Strays);
        }
        catch (NotMdsException e)
        {
            return new(null, $"the shards name a code that cannot be: {e.Message}", selection.Strays);
        }
    }

    /// <summary>Gives the source back. Reads no more than k shards, unless some of them lie.</summary>
    /// <param name="target">Written from its position on; neither flushed nor closed.</param>
    /// <param name="progress">Is told how many bytes of the source are done.</param>
    public Task<ShardOutcome> CopyToAsync(
        Stream target,
        IProgress<long>? progress = null,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(target);
        var repair = new StripeRepair(code);
        int[] data = [.. Enumerable.Range(0, Set.Layout.DataShards)];
        return PassAsync(
            false,
            async buffer =>
            {
                if (TooFew(buffer) is { } lost)
                {
                    return lost;
                }

                repair.Rebuild(buffer, data);
                var left = Set.SourceLengthOf(buffer.Number);
                for (var shard = 0; left > 0; shard++)
                {
                    var piece = buffer.Pieces[shard][..Math.Min(left, buffer.PieceLength)];
                    if (await StreamFailure.WriteAsync(target, piece, cancel) is { } problem)
                    {
                        return new ShardOutcome(ShardEnd.TargetFailed, Set, null, problem);
                    }

                    left -= piece.Length;
                }

                return null;
            },
            progress,
            cancel
        );
    }

    /// <summary>Rebuilds shards; what they are rebuilt from is believed only as far as its checksums fit.</summary>
    /// <param name="lost">Indices of shards, at most m, each with the stream it is written to, from its position on.</param>
    /// <exception cref="ArgumentException">An index is out of range or there are more than m.</exception>
    public async Task<ShardOutcome> RebuildAsync(
        IReadOnlyDictionary<int, Stream> lost,
        IProgress<long>? progress = null,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(lost);
        if (
            lost.Count > Set.Layout.ParityShards
            || lost.Keys.Any(index => index < 0 || index >= Set.Layout.TotalShards)
        )
        {
            throw new ArgumentException(
                $"At most {Set.Layout.ParityShards} of shards 0 to {Set.Layout.TotalShards - 1} can be rebuilt.",
                nameof(lost)
            );
        }

        var targets = new ShardTargets(Set.Id, lost.Select(pair => (pair.Key, pair.Value)));
        if (await targets.WriteHeadersAsync(Set, cancel) is { } failed)
        {
            return failed;
        }

        var repair = new StripeRepair(code);
        int[] wanted = [.. lost.Keys];
        return await PassAsync(
            false,
            async buffer =>
            {
                if (TooFew(buffer) is { } few)
                {
                    return few;
                }

                repair.Rebuild(buffer, wanted);
                return await targets.WritePiecesAsync(buffer, cancel);
            },
            progress,
            cancel
        );
    }

    /// <summary>Reads every byte of every shard; where all pieces of a stripe are there, their parity must fit too.</summary>
    public async Task<ShardVerdict> VerifyAsync(IProgress<long>? progress = null, CancellationToken cancel = default)
    {
        var check = new StripeCheck(code);
        await PassAsync(
            true,
            buffer =>
            {
                check.Look(buffer);
                // A header may claim any length: where nothing more comes, nothing more is looked at.
                return ValueTask.FromResult(sources.All(source => source.HasEnded) ? TooFew(buffer) : null);
            },
            progress,
            cancel
        );
        foreach (var source in sources)
        {
            await source.CheckEndAsync(cancel);
        }

        foreach (var (shard, firstStripe, pieces) in check.Liars)
        {
            sources.First(source => source.Index == shard).Contradict(firstStripe, pieces);
        }

        var good = Findings
            .Where(finding => finding is { Fault: ShardFault.None, Header: not null })
            .Select(finding => finding.Header!.Value.Index);
        int[] bad = [.. Enumerable.Range(0, Set.Layout.TotalShards).Except(good)];
        return new(
            check.Problem.Length > 0 ? ShardSetState.Lost
                : bad.Length > 0 ? ShardSetState.Damaged
                : ShardSetState.Whole,
            bad,
            check.Problem
        );
    }

    private static async Task<ShardHeaderResult> ReadHeaderAsync(Stream shard, CancellationToken cancel)
    {
        var bytes = new byte[ShardHeader.Length];
        try
        {
            var count = await shard.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
            return ShardHeader.Parse(bytes.AsSpan(0, count));
        }
        catch (Exception e) when (StreamFailure.IsExpected(e))
        {
            return new(null, ShardFault.Unreadable, $"cannot be read ({StreamFailure.TextOf(e)})");
        }
    }

    private Task<ShardOutcome> PassAsync(
        bool all,
        Func<StripeBuffer, ValueTask<ShardOutcome?>> work,
        IProgress<long>? progress,
        CancellationToken cancel
    ) => StripePass.RunAsync(Set, fetch, all, work, progress, cancel);

    private ShardOutcome? TooFew(StripeBuffer buffer) =>
        StripeCheck.TooFew(buffer, code) is { } problem ? new(ShardEnd.TooFewShards, Set, null, problem) : null;
}
