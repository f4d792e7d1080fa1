using BenchmarkDotNet.Attributes;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Raid;

namespace Holdfast.Benchmarks.Micro;

/// <summary>One stripe of ten data shards in the caches.</summary>
public class RaidBenchmarks
{
    private const int Data = 10;

    private Stripe single = null!;
    private Stripe dual = null!;

    [Params(4 << 10, 64 << 10, 1 << 20)]
    public int ShardLength { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        single = Stripe.Staggered(Data + 1, ShardLength);
        dual = Stripe.Staggered(Data + 2, ShardLength);
        var random = new SeededRandom(1);
        for (var shard = 0; shard < Data; shard++)
        {
            random.Fill(single[shard]);
            random.Fill(dual[shard]);
        }

        XorParity.Generate(single);
        DualParity.Generate(dual);
    }

    [Benchmark(Baseline = true)]
    public void Xor() => XorParity.Generate(single);

    [Benchmark]
    public bool CheckXor() => XorParity.Check(single);

    [Benchmark]
    public void PAndQ() => DualParity.Generate(dual);

    [Benchmark]
    public DualParityFault CheckPAndQ() => DualParity.Check(dual);

    [Benchmark]
    public void RecoverTwo() => DualParity.Recover(dual, 1, 5);
}
