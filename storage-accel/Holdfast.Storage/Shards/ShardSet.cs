namespace Holdfast.Storage.Shards;

/// <summary>What all shards of one source have in common.</summary>
/// <param name="Id">Random, so that shards of two sources are not mixed up.</param>
/// <param name="SourceLength">In bytes, 0 to <see cref="SourceLengthMax"/>.</param>
public readonly record struct ShardSet(Guid Id, ShardLayout Layout, long SourceLength, ShardContent Content)
{
    /// <summary>1 EiB: even cut into pieces of one byte, each with its checksum, a shard's length is still a number.</summary>
    public const long SourceLengthMax = 1L << 60;

    /// <summary>0 for an empty source.</summary>
    public long Stripes => (SourceLength / Layout.StripeLength) + (SourceLength % Layout.StripeLength > 0 ? 1 : 0);

    /// <summary>Bytes of every shard of the set, header and checksums included.</summary>
    public long ShardLength =>
        Stripes == 0
            ? ShardHeader.Length
            : PieceOffset(Stripes - 1) + PieceLengthOf(Stripes - 1) + PieceChecksum.Length;

    /// <summary>The first 32 bits of the id, enough to tell sets apart by eye.</summary>
    public string ShortId => Id.ToString("N")[..8];

    internal int SourceLengthOf(long stripe) =>
        (int)Math.Min(Layout.StripeLength, SourceLength - (stripe * Layout.StripeLength));

    internal int PieceLengthOf(long stripe) => Layout.PieceLengthFor(SourceLengthOf(stripe));

    /// <summary>Where in a shard its piece of a stripe begins.</summary>
    internal long PieceOffset(long stripe) =>
        ShardHeader.Length + (stripe * (Layout.PieceLength + (long)PieceChecksum.Length));
}
