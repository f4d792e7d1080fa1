namespace Holdfast.Gateway.Outbox;

/// <summary>A set of sequences, kept as ranges. Small where what is in it hangs together.</summary>
public sealed class SequenceRanges
{
    private readonly List<(long First, long Last)> ranges = [];

    public IReadOnlyList<(long First, long Last)> All => ranges;

    /// <summary>How many sequences, not ranges.</summary>
    public long Count { get; private set; }

    public bool Contains(long sequence) => ContainsAll(sequence, sequence);

    public bool ContainsAll(long first, long last)
    {
        var at = Find(first);
        return first > last || (at < ranges.Count && ranges[at].First <= first && ranges[at].Last >= last);
    }

    /// <summary>False where it was there.</summary>
    public bool Add(long sequence)
    {
        if (Contains(sequence))
        {
            return false;
        }

        Add(sequence, sequence);
        return true;
    }

    public void Add(long first, long last)
    {
        if (first > last)
        {
            return;
        }

        // Neighbours merge: what ends right before or begins right behind belongs to it.
        var from = Find(first == long.MinValue ? first : first - 1);
        var to = from;
        while (to < ranges.Count && ranges[to].First <= (last == long.MaxValue ? last : last + 1))
        {
            (first, last) = (Math.Min(first, ranges[to].First), Math.Max(last, ranges[to].Last));
            Count -= ranges[to].Last - ranges[to].First + 1;
            to++;
        }

        if (to - from == 1)
        {
            ranges[from] = (first, last);
        }
        else
        {
            ranges.RemoveRange(from, to - from);
            ranges.Insert(from, (first, last));
        }

        Count += last - first + 1;
    }

    public void AddAll(SequenceRanges others)
    {
        foreach (var (first, last) in others.ranges)
        {
            Add(first, last);
        }
    }

    /// <summary>What is not in it, of a range.</summary>
    public IEnumerable<(long First, long Last)> Missing(long first, long last)
    {
        for (var at = Find(first); first <= last; at++)
        {
            if (at == ranges.Count || ranges[at].First > last)
            {
                yield return (first, last);
                yield break;
            }

            if (ranges[at].First > first)
            {
                yield return (first, ranges[at].First - 1);
            }

            first = ranges[at].Last + 1;
        }
    }

    /// <summary>How many sequences of a range are in it.</summary>
    public long CountIn(long first, long last) =>
        Math.Max(0, last - first + 1) - Missing(first, last).Sum(gap => gap.Last - gap.First + 1);

    /// <summary>The lowest sequence from here on that is not in it.</summary>
    public long FirstMissing(long from)
    {
        var at = Find(from);
        return at < ranges.Count && ranges[at].First <= from ? ranges[at].Last + 1 : from;
    }

    /// <summary>Joins the oldest ranges until there are no more than this; returns the range that was in none, null where nothing was joined.</summary>
    public (long First, long Last)? JoinOldest(int countMax)
    {
        if (ranges.Count <= countMax || ranges.Count < 2)
        {
            return null;
        }

        var hole = (ranges[0].Last + 1, ranges[1].First - 1);
        Add(hole.Item1, hole.Item2);
        return hole;
    }

    public long[] ToFlat() => [.. ranges.SelectMany(range => new[] { range.First, range.Last })];

    public static SequenceRanges FromFlat(IReadOnlyList<long> flat)
    {
        var set = new SequenceRanges();
        for (var i = 0; i + 1 < flat.Count; i += 2)
        {
            set.Add(flat[i], flat[i + 1]);
        }

        return set;
    }

    /// <summary>The first range that ends at or behind the sequence.</summary>
    private int Find(long sequence)
    {
        var (low, high) = (0, ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ranges[middle].Last < sequence ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
