namespace Holdfast.Storage.ErasureCoding;

/// <summary>The columns of a stripe, shared out among workers: whole pages, so that no two cores write the same cache line.</summary>
/// <param name="length">Of each shard, in bytes.</param>
/// <param name="workers">At least 1. The last ones go empty where there are fewer pages.</param>
internal readonly struct ColumnShares(int length, int workers)
{
    private const int Page = 4096;

    /// <summary>Where a worker's columns begin, and how many they are.</summary>
    public (int From, int Size) this[int worker]
    {
        get
        {
            var pages = PagesIn(length);
            var share = (pages + workers - 1) / workers * Page;
            var from = Math.Min(worker * share, length);
            return ((int)from, (int)Math.Min(share, length - from));
        }
    }

    /// <summary>How many pages hold so many bytes.</summary>
    public static long PagesIn(int length) => ((long)length + Page - 1) / Page;
}
