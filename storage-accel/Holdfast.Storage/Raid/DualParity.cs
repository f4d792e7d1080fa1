using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Raid;

namespace Holdfast.Storage.Raid;

/// <summary>
/// <para>
/// RAID-6: two parity shards over 2 to 255 data shards bring back any two lost shards. P is the XOR of the data, Q the sum of 2^i · data
/// shard i in GF(2⁸) with the polynomial 0x11D. Shards are numbered with the data first, then P, then Q. They are equally long, of any length
/// and at any address.
/// </para>
/// <para>
/// What is computed is what ISA-L's <c>pq_gen</c> computes (which takes multiples of 32 bytes only). Nothing is allocated. Whatever is wrong
/// with the arguments is said before any buffer is touched.
/// </para>
/// </summary>
public static class DualParity
{
    private const int Parities = 2;

    /// <summary>Computes P and Q.</summary>
    /// <param name="shards">The data, which is read, then P and Q, which are written.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than 2 or more than 255 data shards, lengths differ or are 0, or P or Q shares memory with another shard.
    /// </exception>
    public static void Generate(ReadOnlySpan<Memory<byte>> shards, DataLocality locality = DataLocality.Automatic) =>
        Recover(shards, shards.Length - Parities, shards.Length - 1, locality, KernelSelector.Tier);

    /// <summary>Computes P and Q, as fast as it goes.</summary>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 255 data shards.</exception>
    public static void Generate(Stripe stripe, DataLocality locality = DataLocality.Automatic)
    {
        ArgumentNullException.ThrowIfNull(stripe);
        Recover(stripe, stripe.Count - Parities, stripe.Count - 1, locality, KernelSelector.Tier);
    }

    /// <summary>Which of P and Q isn't what the data gives.</summary>
    /// <param name="shards">The data, then P, then Q; none is written.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 255 data shards, or lengths differ or are 0.</exception>
    public static DualParityFault Check(ReadOnlySpan<Memory<byte>> shards) => Check(shards, KernelSelector.Tier);

    /// <summary>Which of P and Q isn't what the data gives.</summary>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 255 data shards.</exception>
    public static DualParityFault Check(Stripe stripe) => Check(stripe, KernelSelector.Tier);

    /// <summary>Computes a lost shard from the others.</summary>
    /// <param name="shards">The data, then P, then Q; only the lost one is written.</param>
    /// <param name="lost">Its index; the last two are P and Q.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than 2 or more than 255 data shards, lengths differ or are 0, or the lost shard shares memory with another.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public static void Recover(
        ReadOnlySpan<Memory<byte>> shards,
        int lost,
        DataLocality locality = DataLocality.Automatic
    ) => Recover(shards, lost, lost, locality, KernelSelector.Tier);

    /// <summary>Computes a lost shard from the others, as fast as it goes.</summary>
    /// <param name="lost">Its index; the last two are P and Q.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 255 data shards.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public static void Recover(Stripe stripe, int lost, DataLocality locality = DataLocality.Automatic) =>
        Recover(stripe, lost, lost, locality, KernelSelector.Tier);

    /// <summary>Computes two lost shards from the others.</summary>
    /// <param name="shards">The data, then P, then Q; only the lost ones are written.</param>
    /// <param name="lost">The index of one; the last two are P and Q.</param>
    /// <param name="alsoLost">The index of the other, in any order.</param>
    /// <exception cref="ArgumentException">
    /// Both indices are the same, there are fewer than 2 or more than 255 data shards, lengths differ or are 0, or a lost shard shares
    /// memory with another.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public static void Recover(
        ReadOnlySpan<Memory<byte>> shards,
        int lost,
        int alsoLost,
        DataLocality locality = DataLocality.Automatic
    )
    {
        CheckDifferent(lost, alsoLost);
        Recover(shards, lost, alsoLost, locality, KernelSelector.Tier);
    }

    /// <summary>Computes two lost shards from the others, as fast as it goes.</summary>
    /// <param name="lost">The index of one; the last two are P and Q.</param>
    /// <param name="alsoLost">The index of the other, in any order.</param>
    /// <exception cref="ArgumentException">Both indices are the same, or there are fewer than 2 or more than 255 data shards.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public static void Recover(Stripe stripe, int lost, int alsoLost, DataLocality locality = DataLocality.Automatic)
    {
        CheckDifferent(lost, alsoLost);
        Recover(stripe, lost, alsoLost, locality, KernelSelector.Tier);
    }

    /// <param name="alsoLost">The same as <paramref name="lost"/> where only one is lost.</param>
    internal static void Recover(
        ReadOnlySpan<Memory<byte>> shards,
        int lost,
        int alsoLost,
        DataLocality locality,
        KernelTier tier
    )
    {
        var work = new RaidRecoveryWork(tier, lost, alsoLost, dual: true, locality);
        RaidStripe.Run(shards, Parities, ref work);
    }

    internal static void Recover(Stripe stripe, int lost, int alsoLost, DataLocality locality, KernelTier tier)
    {
        var work = new RaidRecoveryWork(tier, lost, alsoLost, dual: true, locality);
        RaidStripe.Run(stripe, Parities, ref work);
    }

    internal static DualParityFault Check(ReadOnlySpan<Memory<byte>> shards, KernelTier tier)
    {
        var work = new RaidCheckWork(tier, dual: true);
        RaidStripe.Run(shards, Parities, ref work);
        return work.Fault;
    }

    internal static DualParityFault Check(Stripe stripe, KernelTier tier)
    {
        var work = new RaidCheckWork(tier, dual: true);
        RaidStripe.Run(stripe, Parities, ref work);
        return work.Fault;
    }

    /// <summary>For the one who names two, to name one twice is a mistake.</summary>
    private static void CheckDifferent(int lost, int alsoLost)
    {
        if (lost == alsoLost)
        {
            throw new ArgumentException($"Shard {lost} is named twice.", nameof(alsoLost));
        }
    }
}
