using System.Buffers;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// Computes the parity again, piece by piece, and compares. Where it differs, the differences (syndromes) say who can have caused them: a parity shard
/// differs alone, a data shard makes all rows differ in the ratio of its column.
/// </summary>
internal unsafe struct StripeVerifier : IPinnedWork
{
    /// <summary>Small enough that a piece of all parity shards stays in the caches; in bytes.</summary>
    private const int Piece = 4096;

    private GaloisMatrix parity;
    private CoefficientTable encoding;
    private nint length;
    private bool consistent;
    private int? liar;

    public static StripeVerdict Verify(
        GaloisMatrix parity,
        CoefficientTable encoding,
        ReadOnlySpan<Memory<byte>> shards,
        int length
    )
    {
        var verifier = new StripeVerifier
        {
            parity = parity,
            encoding = encoding,
            length = length,
        };
        PinnedShards.Run(shards, ref verifier);
        return new StripeVerdict(verifier.consistent, verifier.liar);
    }

    public static StripeVerdict Verify(GaloisMatrix parity, CoefficientTable encoding, Stripe stripe)
    {
        var verifier = new StripeVerifier
        {
            parity = parity,
            encoding = encoding,
            length = stripe.ShardLength,
        };
        verifier.Run((byte**)stripe.AddressTable);
        GC.KeepAlive(stripe);
        return new StripeVerdict(verifier.consistent, verifier.liar);
    }

    public void Run(byte** shards)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(parity.Rows * Piece);
        Span<bool> suspects = stackalloc bool[ErasureCode.ShardsMax];
        suspects[..(parity.Columns + parity.Rows)].Fill(true);
        consistent = true;
        try
        {
            fixed (byte* computed = scratch)
            {
                for (nint at = 0; at < length; at += Piece)
                {
                    Compare(shards, computed, at, (int)Math.Min(Piece, length - at), suspects);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        if (!consistent && suspects.Count(true) == 1)
        {
            liar = suspects.IndexOf(true);
        }
    }

    private void Compare(byte** shards, byte* computed, nint at, int size, Span<bool> suspects)
    {
        var sources = stackalloc byte*[parity.Columns];
        for (var source = 0; source < parity.Columns; source++)
        {
            sources[source] = shards[source] + at;
        }

        var outputs = stackalloc byte*[parity.Rows];
        for (var row = 0; row < parity.Rows; row++)
        {
            outputs[row] = computed + (row * Piece);
        }

        encoding.Multiply(sources, outputs, size, DataLocality.Cached);
        Span<byte> syndromes = stackalloc byte[parity.Rows];
        for (var row = 0; row < parity.Rows; row++)
        {
            var stored = new ReadOnlySpan<byte>(shards[parity.Columns + row] + at, size);
            if (!stored.SequenceEqual(new ReadOnlySpan<byte>(outputs[row], size)))
            {
                consistent = false;
                Suspect(shards, outputs, at, size, syndromes, suspects);
                return;
            }
        }
    }

    private readonly void Suspect(
        byte** shards,
        byte** computed,
        nint at,
        int size,
        Span<byte> syndromes,
        Span<bool> suspects
    )
    {
        for (var i = 0; i < size; i++)
        {
            for (var row = 0; row < parity.Rows; row++)
            {
                syndromes[row] = (byte)(computed[row][i] ^ shards[parity.Columns + row][at + i]);
            }

            if (syndromes.ContainsAnyExcept((byte)0))
            {
                Clear(syndromes, suspects);
            }
        }
    }

    /// <summary>Takes the suspicion off those that can't have caused these differences alone.</summary>
    private readonly void Clear(ReadOnlySpan<byte> syndromes, Span<bool> suspects)
    {
        for (var source = 0; source < parity.Columns; source++)
        {
            var error = parity[0, source] == 0 ? (byte)0 : GaloisField.Divide(syndromes[0], parity[0, source]);
            for (var row = 0; suspects[source] && row < parity.Rows; row++)
            {
                suspects[source] = GaloisField.Multiply(error, parity[row, source]) == syndromes[row];
            }
        }

        for (var row = 0; row < parity.Rows; row++)
        {
            suspects[parity.Columns + row] &= syndromes[row] != 0 && syndromes.Count((byte)0) == parity.Rows - 1;
        }
    }
}
