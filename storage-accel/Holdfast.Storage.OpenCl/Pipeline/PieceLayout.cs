namespace Holdfast.Storage.OpenCl.Pipeline;

/// <summary>
/// In which pieces shards go through the device. While one piece is computed, the next is copied in and the last one out: three slots, each with room for
/// one piece of every shard, are all that the device holds, however long the shards are.
/// </summary>
internal readonly record struct PieceLayout
{
    public const int Slots = 3;

    /// <summary>With fewer pieces, copying in the first and copying out the last would overlap with little.</summary>
    private const int PiecesWanted = 4;

    /// <summary>In bytes of a shard: with less, starting a copy takes longer than the copy.</summary>
    private const int WorthStarting = 64 * 1024;

    private PieceLayout(int unit, int pieceMax) => (Unit, PieceMax) = (unit, pieceMax);

    /// <summary>In bytes: the device works on whole units, of which the last may be filled up with anything.</summary>
    public int Unit { get; }

    /// <summary>In bytes of a shard, a multiple of <see cref="Unit"/>.</summary>
    public int PieceMax { get; }

    /// <param name="deviceMemory">What all slots may take, in bytes.</param>
    /// <param name="allocationMax">Of the sources or the outputs of one slot, in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even the smallest pieces fit.</exception>
    public static PieceLayout For(int dataShards, int parityShards, int unit, long deviceMemory, long allocationMax)
    {
        var units = Math.Min(
            deviceMemory / ((long)Slots * (dataShards + parityShards) * unit),
            allocationMax / ((long)Math.Max(dataShards, parityShards) * unit)
        );
        return units < 1
            ? throw new ArgumentOutOfRangeException(
                nameof(deviceMemory),
                $"{dataShards} + {parityShards} shards need at least {(long)Slots * (dataShards + parityShards) * unit} bytes on the device."
            )
            : new PieceLayout(unit, (int)Math.Min(units, int.MaxValue / unit) * unit);
    }

    /// <summary>For shards of this length: enough pieces to overlap, each worth starting.</summary>
    public int PieceFor(int length) => Math.Min(PieceMax, Whole(Math.Max(WorthStarting, length / PiecesWanted)));

    /// <summary>Rounded up to whole units.</summary>
    public int Whole(int length) => (int)Math.Min(PieceMax, ((long)length + Unit - 1) / Unit * Unit);
}
