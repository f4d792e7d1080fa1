namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>A product of a table with buffers that may move: pinned for its duration, and refused where an output overlaps another buffer.</summary>
internal unsafe struct PinnedMultiply : IPinnedWork
{
    private CoefficientTable table;
    private nint length;
    private DataLocality locality;
    private bool accumulate;
    private bool checkOnly;
    private bool overlapping;

    /// <param name="shards">The table's sources, then its outputs; all of this length.</param>
    /// <param name="parameter">What an exception names.</param>
    /// <exception cref="ArgumentException">An output overlaps another buffer; nothing was written.</exception>
    public static void Run(
        CoefficientTable table,
        ReadOnlySpan<ReadOnlyMemory<byte>> shards,
        int length,
        DataLocality locality,
        bool accumulate,
        string parameter
    )
    {
        Invariant.Require(shards.Length == table.Sources + table.Rows, "a buffer for each source and each row");
        var work = new PinnedMultiply
        {
            table = table,
            length = length,
            locality = locality,
            accumulate = accumulate,
        };
        PinnedShards.Run(shards, ref work);
        work.ThrowIfOverlapping(parameter);
    }

    /// <summary>The check alone.</summary>
    /// <inheritdoc cref="Run"/>
    public static void CheckOverlap(CoefficientTable table, ReadOnlySpan<ReadOnlyMemory<byte>> shards, string parameter)
    {
        var work = new PinnedMultiply
        {
            table = table,
            length = shards[0].Length,
            checkOnly = true,
        };
        PinnedShards.Run(shards, ref work);
        work.ThrowIfOverlapping(parameter);
    }

    void IPinnedWork.Run(byte** shards)
    {
        var outputs = shards + table.Sources;
        overlapping = ShardBounds.Overlap(shards, table.Sources, outputs, table.Rows, length);
        if (!overlapping && !checkOnly)
        {
            table.Multiply(shards, outputs, length, locality, accumulate);
        }
    }

    private readonly void ThrowIfOverlapping(string parameter)
    {
        if (overlapping)
        {
            throw new ArgumentException("A shard that is written shares memory with another shard.", parameter);
        }
    }
}
