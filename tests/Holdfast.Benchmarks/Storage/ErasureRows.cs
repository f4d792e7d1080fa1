using Holdfast.Storage;
using Holdfast.Storage.Kernels;
using Holdfast.Testing;

namespace Holdfast.Benchmarks.Storage;

/// <summary>Encode and rebuild, in the sizes and codes that the goals name, with shards staggered and one behind the other.</summary>
internal static class ErasureRows
{
    private const int Cached = 0;

    /// <summary>In bytes: many stripes of 1 MiB shards, far more than the caches hold.</summary>
    private const long OutOfCache = 512L << 20;

    private sealed record Size(string Name, int ShardLength, long Footprint);

    private static readonly Size KiB4 = new("4 KiB", 4 << 10, Cached);
    private static readonly Size KiB64 = new("64 KiB", 64 << 10, Cached);
    private static readonly Size MiB1 = new("1 MiB", 1 << 20, Cached);
    private static readonly Size Cold = new("out of cache", 1 << 20, OutOfCache);

    private static readonly (Size Size, int K, int M, double Goal)[] EncodeGoals =
    [
        (KiB4, 4, 2, 1.85),
        (KiB4, 8, 3, 1.45),
        (KiB4, 10, 4, 1.2),
        (KiB4, 32, 8, 1.55),
        (KiB64, 4, 2, 1.2),
        (KiB64, 10, 4, 1.25),
        (KiB64, 16, 4, 1.2),
        (KiB64, 32, 8, 1.9),
        (MiB1, 4, 2, 1.05),
        (MiB1, 10, 4, 1.2),
        (MiB1, 16, 4, 1.4),
        (MiB1, 32, 8, 5),
        (Cold, 4, 2, 2.0),
        (Cold, 10, 4, 1.8),
        (Cold, 16, 4, 1.7),
        (Cold, 32, 8, 2.8),
    ];

    /// <param name="outOfCacheBytes">What is walked when nothing shall be found in a cache.</param>
    public static IEnumerable<Comparison> All(IsaL isal, long outOfCacheBytes = OutOfCache)
    {
        foreach (var (size, k, m, goal) in EncodeGoals)
        {
            foreach (var staggered in new[] { true, false })
            {
                var footprint = Math.Min(size.Footprint, outOfCacheBytes);
                using var stripes = new StripeSet(k, m, size.ShardLength, footprint, staggered);
                var locality = size.Footprint > 0 ? DataLocality.Streamed : DataLocality.Cached;
                var name = $"{k}+{m} {size.Name}, {(staggered ? "staggered" : "contiguous")}";
                yield return stripes.Encode(isal, $"encode {name}", goal, KernelSelector.Tier, locality);
                yield return stripes.Rebuild(isal, $"rebuild {m} of {name}", m, 1.0, locality);
                var inL1 = size == KiB4 && k <= 10;
                yield return stripes.Rebuild(isal, $"rebuild 1 of {name}", 1, inL1 ? 2.0 : 1.0, locality);
                foreach (var (tier, function, tierGoal) in Tiers)
                {
                    if (KernelSelector.IsSupported(tier) && isal.Has(function))
                    {
                        yield return stripes.Encode(
                            isal,
                            $"{tier.ToString().ToLowerInvariant()} encode {name}",
                            tierGoal,
                            tier,
                            locality,
                            function
                        );
                    }
                }
            }
        }
    }

    /// <summary>The slower kernels of both sides against each other.</summary>
    private static (KernelTier Tier, string Function, double Goal)[] Tiers =>
        [(KernelTier.Avx2, "ec_encode_data_avx2", 1.05), (KernelTier.Gfni256, "ec_encode_data_avx2_gfni", 1.0)];
}
