using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using Holdfast.Storage;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Raid;

namespace Holdfast.Benchmarks.Micro;

/// <summary>
/// What memory alone allows: the loads and stores of encoding and parity in their order, but of the arithmetic only the sums, beside the
/// library on the same stripe. What takes as long as its loads and stores gains nothing from better arithmetic.
/// </summary>
public unsafe class CeilingBenchmarks
{
    private const int Step = 4 * 64;
    private const int Parities = 2;

    private ErasureCode code = null!;
    private Stripe dual = null!;
    private Stripe single = null!;

    [Params(4, 10)]
    public int Sources { get; set; }

    [Params(4 << 10, 64 << 10)]
    public int ShardLength { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        code = ErasureCode.Create(Sources, Parities);
        dual = Stripe.Staggered(Sources + Parities, ShardLength);
        single = Stripe.Staggered(Sources + 1, ShardLength);
        var random = new SeededRandom(1);
        for (var shard = 0; shard < Sources; shard++)
        {
            random.Fill(dual[shard]);
            random.Fill(single[shard]);
        }
    }

    [Benchmark(Baseline = true)]
    public void LoadsAndTwoStores() => LoadAndStore(dual, Sources, outputs: Parities);

    [Benchmark]
    public void EncodeTwo() => code.Encode(dual, DataLocality.Cached);

    [Benchmark]
    public void PAndQ() => DualParity.Generate(dual, DataLocality.Cached);

    [Benchmark]
    public void LoadsAndOneStore() => LoadAndStore(single, Sources, outputs: 1);

    [Benchmark]
    public void Xor() => XorParity.Generate(single, DataLocality.Cached);

    private static void LoadAndStore(Stripe stripe, int sources, int outputs)
    {
        var addresses = stackalloc byte*[stripe.Count];
        for (var shard = 0; shard < stripe.Count; shard++)
        {
            addresses[shard] = (byte*)stripe.AddressOf(shard);
        }

        LoadAndStore(addresses, sources, outputs, stripe.ShardLength);
        GC.KeepAlive(stripe);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void LoadAndStore(byte** shards, int sources, int outputs, nint length)
    {
        for (nint at = 0; at <= length - Step; at += Step)
        {
            var (a, b, c, d) = (Vector512<byte>.Zero, Vector512<byte>.Zero, Vector512<byte>.Zero, Vector512<byte>.Zero);
            for (var source = sources - 2; source >= 0; source -= 2)
            {
                var second = shards[source + 1] + at;
                var first = shards[source] + at;
                a ^= Vector512.Load(second) ^ Vector512.Load(first);
                b ^= Vector512.Load(second + 64) ^ Vector512.Load(first + 64);
                c ^= Vector512.Load(second + 128) ^ Vector512.Load(first + 128);
                d ^= Vector512.Load(second + 192) ^ Vector512.Load(first + 192);
            }

            for (var output = 0; output < outputs; output++)
            {
                var to = shards[sources + output] + at;
                a.Store(to);
                b.Store(to + 64);
                c.Store(to + 128);
                d.Store(to + 192);
            }
        }
    }
}
