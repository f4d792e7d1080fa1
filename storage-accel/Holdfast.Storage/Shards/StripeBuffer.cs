using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Shards;

/// <summary>A stripe in memory: the piece of each shard, with room for its checksum behind it.</summary>
internal sealed class StripeBuffer
{
    private readonly ShardLayout layout;
    private readonly Memory<byte>[] whole;
    private readonly bool[] isIntact;

    public StripeBuffer(ShardLayout layout)
    {
        this.layout = layout;
        whole = Stripe.Staggered(layout.TotalShards, layout.PieceLength + PieceChecksum.Length).ToMemories();
        Pieces = new Memory<byte>[layout.TotalShards];
        isIntact = new bool[layout.TotalShards];
        Begin(0, layout.PieceLength);
    }

    /// <summary>Which stripe it is, counted from 0.</summary>
    public long Number { get; private set; }

    /// <summary>Of each piece, in bytes.</summary>
    public int PieceLength { get; private set; }

    /// <summary>All of <see cref="PieceLength"/>.</summary>
    public Memory<byte>[] Pieces { get; }

    public int IntactPieces { get; private set; }

    /// <summary>Another stripe comes, of which nothing is there yet.</summary>
    public void Begin(long number, int pieceLength)
    {
        Number = number;
        IntactPieces = 0;
        Array.Clear(isIntact);
        Cut(pieceLength);
    }

    public bool IsIntact(int shard) => isIntact[shard];

    public void SetIntact(int shard, bool intact)
    {
        IntactPieces += (intact ? 1 : 0) - (isIntact[shard] ? 1 : 0);
        isIntact[shard] = intact;
    }

    /// <summary>A piece with its checksum behind it.</summary>
    public Memory<byte> Framed(int shard) => whole[shard][..(PieceLength + PieceChecksum.Length)];

    /// <summary>Brings the source's last bytes, which filled the first pieces, into pieces of equal length, filled up with zeros.</summary>
    /// <param name="sourceBytes">How many there are, fewer than a stripe holds.</param>
    public void Spread(int sourceBytes)
    {
        var full = layout.PieceLength;
        Cut(layout.PieceLengthFor(sourceBytes));
        // Every byte moves to a later place: from the end, none is overwritten before it has moved.
        for (var shard = layout.DataShards - 1; shard >= 0; shard--)
        {
            var from = Math.Min(shard * PieceLength, sourceBytes);
            var end = Math.Min(from + PieceLength, sourceBytes);
            var target = Pieces[shard].Span;
            var used = end - from;
            while (end > from)
            {
                var source = (end - 1) / full;
                var start = Math.Max(from, source * full);
                whole[source].Span[(start - (source * full))..(end - (source * full))].CopyTo(target[(start - from)..]);
                end = start;
            }

            target[used..].Clear();
        }
    }

    private void Cut(int pieceLength)
    {
        PieceLength = pieceLength;
        for (var shard = 0; shard < whole.Length; shard++)
        {
            Pieces[shard] = whole[shard][..pieceLength];
        }
    }
}
