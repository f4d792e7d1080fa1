using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>What all RAID operations check and prepare: the addresses of a stripe's shards, and what is refused before one of them is touched.</summary>
internal static unsafe class RaidStripe
{
    public const int DataMin = 2;

    /// <summary>As many as there are different weights 2^i.</summary>
    public const int DataMax = 255;

    public static void Run<TWork>(ReadOnlySpan<Memory<byte>> shards, int parities, ref TWork work)
        where TWork : struct, IRaidWork
    {
        CheckCount(shards.Length - parities, nameof(shards));
        work.CheckLost(shards.Length);
        var length = ShardBounds.CommonLength(PinnedShards.AsReadOnly(shards), nameof(shards));
        var pinned = new PinnedRaidWork<TWork>(work, shards.Length - parities, shards.Length, length);
        PinnedShards.Run(shards, ref pinned);
        if (pinned.Overlapping)
        {
            throw new ArgumentException("A shard that is written shares memory with another shard.", nameof(shards));
        }

        work = pinned.Work;
    }

    /// <summary>The shards of a stripe neither move nor overlap.</summary>
    public static void Run<TWork>(Stripe stripe, int parities, ref TWork work)
        where TWork : struct, IRaidWork
    {
        ArgumentNullException.ThrowIfNull(stripe);
        CheckCount(stripe.Count - parities, nameof(stripe));
        work.CheckLost(stripe.Count);
        work.Run((byte**)stripe.AddressTable, stripe.Count - parities, stripe.ShardLength);
        GC.KeepAlive(stripe);
    }

    private static void CheckCount(int data, string parameter)
    {
        if (data is < DataMin or > DataMax)
        {
            throw new ArgumentException(
                $"{Math.Max(data, 0)} data shards were given beside the parity; RAID takes {DataMin} to {DataMax}.",
                parameter
            );
        }
    }
}
