using Holdfast.Storage;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Raid;
using Holdfast.Testing;

namespace Holdfast.Benchmarks.Storage;

/// <summary>XOR and P+Q generation and zero detection, in the sizes that the goals name.</summary>
internal static unsafe class RaidRows
{
    /// <summary>In bytes: what is walked when nothing shall be found in a cache.</summary>
    private const long OutOfCache = 512L << 20;

    private sealed record Size(string Name, int Length, bool Cold, double RaidGoal, double ZeroGoal);

    private static readonly Size[] Sizes =
    [
        new("4 KiB", 4 << 10, Cold: false, 1.2, 1.05),
        new("64 KiB", 64 << 10, Cold: false, 1.0, 1.05),
        new("1 MiB", 1 << 20, Cold: false, 1.0, 1.05),
        new("out of cache", 1 << 20, Cold: true, 1.0, 1.0),
    ];

    /// <param name="outOfCacheBytes">What is walked when nothing shall be found in a cache; at least a stripe.</param>
    public static IEnumerable<Comparison> All(IsaL isal, long outOfCacheBytes = OutOfCache)
    {
        foreach (var size in Sizes)
        {
            foreach (var k in new[] { 4, 10 })
            {
                foreach (var staggered in new[] { true, false })
                {
                    yield return Parity(isal, "xor", "xor_gen", k, 1, size, staggered, outOfCacheBytes);
                    yield return Parity(isal, "p+q", "pq_gen", k, 2, size, staggered, outOfCacheBytes);
                }
            }

            yield return Zero(isal, size, outOfCacheBytes);
        }
    }

    private static Comparison Parity(
        IsaL isal,
        string what,
        string function,
        int k,
        int parities,
        Size size,
        bool staggered,
        long outOfCacheBytes
    )
    {
        var stripes = Stripes(k + parities, size, staggered, outOfCacheBytes);
        var addresses = stripes.Select(Addresses).ToArray();
        var theirs = (nint)isal.Raid(function);
        var locality = size.Cold ? DataLocality.Streamed : DataLocality.Cached;
        var (theirTurn, ourTurn) = (0, 0);
        return new Comparison(
            $"{what} {k} × {size.Name}, {(staggered ? "staggered" : "contiguous")}",
            (long)k * size.Length,
            () =>
            {
                theirTurn = Next(theirTurn, addresses.Length);
                fixed (nint* shards = addresses[theirTurn])
                {
                    _ = ((delegate* unmanaged[SuppressGCTransition]<int, int, byte**, int>)theirs)(
                        k + parities,
                        size.Length,
                        (byte**)shards
                    );
                }
            },
            parities == 1
                ? () => XorParity.Generate(stripes[ourTurn = Next(ourTurn, stripes.Length)], locality)
                : () => DualParity.Generate(stripes[ourTurn = Next(ourTurn, stripes.Length)], locality),
            size.RaidGoal
        );
    }

    private static Comparison Zero(IsaL isal, Size size, long outOfCacheBytes)
    {
        var blocks = size.Cold ? (int)(outOfCacheBytes / size.Length) : 1;
        var memory = Stripe.Contiguous(1, blocks * size.Length);
        // Pages that were never written are all the same one.
        memory[0].Fill(1);
        memory[0].Clear();
        var start = memory.AddressOf(0);
        var theirs = (nint)isal.ZeroDetect;
        var locality = size.Cold ? DataLocality.Streamed : DataLocality.Cached;
        var (theirTurn, ourTurn) = (0, 0);
        return new Comparison(
            $"zero detect {size.Name}",
            size.Length,
            () =>
            {
                theirTurn = Next(theirTurn, blocks);
                _ = ((delegate* unmanaged[SuppressGCTransition]<byte*, nuint, int>)theirs)(
                    (byte*)start + ((long)theirTurn * size.Length),
                    (nuint)size.Length
                );
            },
            () =>
            {
                ourTurn = Next(ourTurn, blocks);
                ZeroDetection.IsZero(memory[0].Slice(ourTurn * size.Length, size.Length), locality);
            },
            size.ZeroGoal
        );
    }

    private static Stripe[] Stripes(int shards, Size size, bool staggered, long outOfCacheBytes)
    {
        var count = size.Cold ? (int)(outOfCacheBytes / ((long)shards * size.Length)) : 1;
        var random = new SeededRandom(1);
        var stripes = new Stripe[count];
        for (var i = 0; i < count; i++)
        {
            stripes[i] = staggered ? Stripe.Staggered(shards, size.Length) : Stripe.Contiguous(shards, size.Length);
            for (var shard = 0; shard < shards; shard++)
            {
                random.Fill(stripes[i][shard]);
            }
        }

        return stripes;
    }

    private static nint[] Addresses(Stripe stripe)
    {
        var addresses = GC.AllocateArray<nint>(stripe.Count, pinned: true);
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = stripe.AddressOf(i);
        }

        return addresses;
    }

    private static int Next(int turn, int count) => turn + 1 < count ? turn + 1 : 0;
}
