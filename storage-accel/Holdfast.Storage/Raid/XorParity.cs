using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Raid;

namespace Holdfast.Storage.Raid;

/// <summary>
/// <para>
/// RAID-5: one parity shard, the XOR of 2 to 255 data shards, brings back any one lost shard. Shards are numbered with the data first; the
/// last is the parity. They are equally long, of any length and at any address.
/// </para>
/// <para>
/// What is computed is what ISA-L's <c>xor_gen</c> computes. Nothing is allocated. Whatever is wrong with the arguments is said before any
/// buffer is touched.
/// </para>
/// </summary>
public static class XorParity
{
    private const int Parities = 1;

    /// <summary>Computes the parity.</summary>
    /// <param name="shards">The data, which is read, then the parity, which is written.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than 2 or more than 255 data shards, lengths differ or are 0, or the parity shares memory with data.
    /// </exception>
    public static void Generate(ReadOnlySpan<Memory<byte>> shards, DataLocality locality = DataLocality.Automatic) =>
        Recover(shards, shards.Length - Parities, locality, KernelSelector.Tier);

    /// <summary>Computes the parity, as fast as it goes.</summary>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 255 data shards.</exception>
    public static void Generate(Stripe stripe, DataLocality locality = DataLocality.Automatic)
    {
        ArgumentNullException.ThrowIfNull(stripe);
        Recover(stripe, stripe.Count - Parities, locality, KernelSelector.Tier);
    }

    /// <summary>Whether the parity is what the data gives.</summary>
    /// <param name="shards">The data, then the parity; none is written.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 255 data shards, or lengths differ or are 0.</exception>
    public static bool Check(ReadOnlySpan<Memory<byte>> shards) => Check(shards, KernelSelector.Tier);

    /// <summary>Whether the parity is what the data gives.</summary>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 255 data shards.</exception>
    public static bool Check(Stripe stripe) => Check(stripe, KernelSelector.Tier);

    /// <summary>Computes a lost shard from all others.</summary>
    /// <param name="shards">The data, then the parity; only the lost one is written.</param>
    /// <param name="lost">Its index; the last is the parity.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than 2 or more than 255 data shards, lengths differ or are 0, or the lost shard shares memory with another.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public static void Recover(
        ReadOnlySpan<Memory<byte>> shards,
        int lost,
        DataLocality locality = DataLocality.Automatic
    ) => Recover(shards, lost, locality, KernelSelector.Tier);

    /// <summary>Computes a lost shard from all others, as fast as it goes.</summary>
    /// <param name="lost">Its index; the last is the parity.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 255 data shards.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public static void Recover(Stripe stripe, int lost, DataLocality locality = DataLocality.Automatic) =>
        Recover(stripe, lost, locality, KernelSelector.Tier);

    internal static void Recover(ReadOnlySpan<Memory<byte>> shards, int lost, DataLocality locality, KernelTier tier)
    {
        var work = new RaidRecoveryWork(tier, lost, lost, dual: false, locality);
        RaidStripe.Run(shards, Parities, ref work);
    }

    internal static void Recover(Stripe stripe, int lost, DataLocality locality, KernelTier tier)
    {
        var work = new RaidRecoveryWork(tier, lost, lost, dual: false, locality);
        RaidStripe.Run(stripe, Parities, ref work);
    }

    internal static bool Check(ReadOnlySpan<Memory<byte>> shards, KernelTier tier)
    {
        var work = new RaidCheckWork(tier, dual: false);
        RaidStripe.Run(shards, Parities, ref work);
        return work.Fault == DualParityFault.None;
    }

    internal static bool Check(Stripe stripe, KernelTier tier)
    {
        var work = new RaidCheckWork(tier, dual: false);
        RaidStripe.Run(stripe, Parities, ref work);
        return work.Fault == DualParityFault.None;
    }
}
