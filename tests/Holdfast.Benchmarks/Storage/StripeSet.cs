using Holdfast.Storage;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Holdfast.Testing;

namespace Holdfast.Benchmarks.Storage;

/// <summary>Stripes that both sides work on in turn: the same memory, so that the layout is no difference.</summary>
internal sealed unsafe class StripeSet : IDisposable
{
    private readonly int k;
    private readonly int m;
    private readonly Stripe[] stripes;

    /// <summary>For each stripe the addresses of its shards, as ISA-L takes them.</summary>
    private readonly nint[][] addresses;
    private int next;

    /// <param name="footprint">In bytes: how many stripes there are at least; 0: one.</param>
    public StripeSet(int k, int m, int shardLength, long footprint, bool staggered)
    {
        (this.k, this.m) = (k, m);
        var count = (int)Math.Max(1, footprint / ((long)shardLength * (k + m)));
        stripes = new Stripe[count];
        addresses = new nint[count][];
        var random = new SeededRandom(1);
        for (var i = 0; i < count; i++)
        {
            stripes[i] = staggered ? Stripe.Staggered(k + m, shardLength) : Stripe.Contiguous(k + m, shardLength);
            addresses[i] = GC.AllocateArray<nint>(k + m, pinned: true);
            for (var shard = 0; shard < k + m; shard++)
            {
                addresses[i][shard] = stripes[i].AddressOf(shard);
                random.Fill(stripes[i][shard]);
            }
        }
    }

    private long Bytes => (long)k * stripes[0].ShardLength;

    public Comparison Encode(
        IsaL isal,
        string name,
        double goal,
        KernelTier tier,
        DataLocality locality,
        string function = "ec_encode_data"
    )
    {
        var code = ErasureCode.Create(k, m, MatrixKind.Cauchy, tier);
        var theirs = Theirs(isal, code.ParityMatrix, [.. Enumerable.Range(0, k + m)], function);
        return new Comparison(name, Bytes, theirs, () => code.Encode(Next(), locality), goal);
    }

    public Comparison Rebuild(IsaL isal, string name, int lost, double goal, DataLocality locality)
    {
        var code = ErasureCode.Create(k, m);
        int[] missing = [.. Enumerable.Range(0, lost)];
        var plan = code.PlanRebuild(missing);
        var theirs = Theirs(isal, plan.Rows, [.. plan.Survivors, .. missing], "ec_encode_data");
        return new Comparison(name, Bytes, theirs, () => plan.Rebuild(Next(), locality), goal);
    }

    public void Dispose() => Array.Clear(stripes);

    private Stripe Next()
    {
        next = next + 1 < stripes.Length ? next + 1 : 0;
        return stripes[next];
    }

    private Action Theirs(IsaL isal, GaloisMatrix rows, int[] order, string function)
    {
        var tables = GC.AllocateArray<byte>(32 * rows.Columns * rows.Rows, pinned: true);
        byte[] elements = [.. Enumerable.Range(0, rows.Rows).SelectMany(row => rows.Row(row).ToArray())];
        fixed (
            byte* table = tables,
                element = elements
        )
        {
            isal.InitTables(rows.Columns, rows.Rows, element, table);
        }

        var pointers = addresses
            .Select(stripe =>
            {
                var ordered = GC.AllocateArray<nint>(order.Length, pinned: true);
                for (var i = 0; i < order.Length; i++)
                {
                    ordered[i] = stripe[order[i]];
                }

                return ordered;
            })
            .ToArray();
        var encode = (nint)isal.Encoder(function);
        var (length, turn) = (stripes[0].ShardLength, 0);
        return () =>
        {
            turn = turn + 1 < pointers.Length ? turn + 1 : 0;
            fixed (nint* shards = pointers[turn])
            fixed (byte* table = tables)
            {
                ((delegate* unmanaged[SuppressGCTransition]<int, int, int, byte*, byte**, byte**, void>)encode)(
                    length,
                    rows.Columns,
                    rows.Rows,
                    table,
                    (byte**)shards,
                    (byte**)shards + rows.Columns
                );
            }
        };
    }
}
