using BenchmarkDotNet.Attributes;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Benchmarks.Micro;

/// <summary>One stripe in the caches. <c>HOLDFAST_KERNEL</c> chooses the kernel.</summary>
public class ErasureBenchmarks
{
    private ErasureCode code = null!;
    private RebuildPlan one = null!;
    private RebuildPlan all = null!;
    private Stripe stripe = null!;
    private Memory<byte>[] shards = null!;

    [Params("4+2", "10+4", "32+8")]
    public string Code { get; set; } = "";

    [Params(4 << 10, 64 << 10, 1 << 20)]
    public int ShardLength { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        int[] counts = [.. Code.Split('+').Select(int.Parse)];
        code = ErasureCode.Create(counts[0], counts[1]);
        one = code.PlanRebuild(0);
        all = code.PlanRebuild([.. Enumerable.Range(0, counts[1])]);
        stripe = Stripe.Staggered(code.TotalShards, ShardLength);
        shards = stripe.ToMemories();
        var random = new SeededRandom(1);
        foreach (var shard in shards)
        {
            random.Fill(shard.Span);
        }

        code.Encode(stripe);
    }

    [Benchmark(Baseline = true)]
    public void Encode() => code.Encode(stripe);

    [Benchmark]
    public void EncodePinned() => code.Encode(shards);

    [Benchmark]
    public void RebuildOne() => one.Rebuild(stripe);

    [Benchmark]
    public void RebuildAll() => all.Rebuild(stripe);

    [Benchmark]
    public void Update() => code.Update(0, shards[0], shards[1], shards.AsSpan(code.DataShards));

    [Benchmark]
    public StripeVerdict Verify() => code.Verify(shards);
}
