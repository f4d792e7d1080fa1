namespace Holdfast.Storage.Shards;

/// <summary>
/// Gets the pieces of a stripe from the streams there are, all at once: good data shards first, then good parity; what has lied before only when
/// nothing else is left, since a shard with one damaged piece still has many good ones.
/// </summary>
internal sealed class StripeFetch
{
    private readonly ShardSet set;
    private readonly List<ShardSource> sources;
    private readonly Together<bool> reading;
    private readonly ShardSource[] chosen;
    private readonly bool[] isChosen;
    private readonly HashSet<ShardSource> tried;

    /// <param name="sources">Streams with shards of this set; the same shard may be there several times.</param>
    public StripeFetch(ShardSet set, IEnumerable<ShardSource> sources)
    {
        (this.set, this.sources) = (set, [.. sources]);
        reading = new Together<bool>(set.Layout.TotalShards);
        chosen = new ShardSource[set.Layout.TotalShards];
        isChosen = new bool[set.Layout.TotalShards];
        tried = new HashSet<ShardSource>(this.sources.Count);
    }

    /// <param name="all">Every shard's piece, and not only k of them.</param>
    public async Task FillAsync(StripeBuffer buffer, long stripe, bool all, CancellationToken cancel)
    {
        buffer.Begin(stripe, set.PieceLengthOf(stripe));
        sources.Sort(ByPreference);
        tried.Clear();
        var enough = all ? set.Layout.TotalShards : set.Layout.DataShards;
        while (buffer.IntactPieces < enough && Choose(buffer, enough - buffer.IntactPieces) is var count and > 0)
        {
            for (var i = 0; i < count; i++)
            {
                reading.Add(chosen[i].ReadAsync(stripe, buffer.Framed(chosen[i].Index), cancel));
            }

            var isIntact = await reading.FinishAsync();
            for (var i = 0; i < count; i++)
            {
                buffer.SetIntact(chosen[i].Index, isIntact.Span[i]);
            }
        }
    }

    private static int ByPreference(ShardSource a, ShardSource b) =>
        a.IsGood != b.IsGood ? b.IsGood.CompareTo(a.IsGood)
        : a.Index != b.Index ? a.Index.CompareTo(b.Index)
        : a.Position.CompareTo(b.Position);

    /// <summary>Fills <see cref="chosen"/> with streams that were not tried yet, each with another piece that is still missing.</summary>
    private int Choose(StripeBuffer buffer, int wanted)
    {
        Array.Clear(isChosen);
        var count = 0;
        foreach (var source in sources)
        {
            if (count == wanted)
            {
                break;
            }

            if (!source.HasEnded && !isChosen[source.Index] && !buffer.IsIntact(source.Index) && tried.Add(source))
            {
                isChosen[source.Index] = true;
                chosen[count++] = source;
            }
        }

        return count;
    }
}
