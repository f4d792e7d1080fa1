using System.Runtime.InteropServices;
using Holdfast.Storage.Kernels;

namespace Holdfast.Storage.ErasureCoding;

/// <summary>The shards of one stripe in one piece of memory that stays where it is: coding them needs no pinning and no check for overlaps.</summary>
public sealed class Stripe
{
    private const int Alignment = 64;
    private const int Page = 4096;

    /// <summary>Five lines: 64 neighbours go by before two meet.</summary>
    private const int Stagger = 5 * Alignment;

    private readonly byte[] memory;
    private readonly nint[] addresses;
    private readonly int start;
    private readonly int stride;

    private Stripe(int shards, int shardLength, long stride)
    {
        var total = (stride * shards) + Alignment;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(total, Array.MaxLength, nameof(shardLength));
        memory = GC.AllocateArray<byte>((int)total, pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
        start = (int)(-address & (Alignment - 1));
        this.stride = (int)stride;
        Count = shards;
        ShardLength = shardLength;
        addresses = GC.AllocateUninitializedArray<nint>(shards, pinned: true);
        for (var shard = 0; shard < shards; shard++)
        {
            addresses[shard] = address + start + (nint)(shard * stride);
        }
    }

    /// <summary>
    /// Staggered, which is the fastest layout: each shard is aligned for the widest vectors, and no two neighbours begin at the same place of a 4 KiB page, where
    /// they would fight for the same cache lines and coding would take up to twice as long.
    /// </summary>
    /// <param name="shards">1 to 260.</param>
    /// <param name="shardLength">In bytes, 1 or more; all shards together fit into 2 GiB.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of these is out of its range.</exception>
    public static Stripe Staggered(int shards, int shardLength)
    {
        Check(shards, shardLength);
        return new Stripe(shards, shardLength, (((long)shardLength + Page - 1) / Page * Page) + Stagger);
    }

    /// <summary>One shard right behind the other, as a file holds them.</summary>
    /// <inheritdoc cref="Staggered"/>
    public static Stripe Contiguous(int shards, int shardLength)
    {
        Check(shards, shardLength);
        return new Stripe(shards, shardLength, shardLength);
    }

    /// <summary>How many shards there are.</summary>
    public int Count { get; }

    /// <summary>In bytes.</summary>
    public int ShardLength { get; }

    /// <summary>A shard for use now, of zeros until it is written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public Span<byte> this[int shard] => Memory(shard).Span;

    /// <summary>A shard for use later; it keeps the stripe's memory alive.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public Memory<byte> Memory(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, Count);
        return memory.AsMemory(start + (shard * stride), ShardLength);
    }

    /// <summary>All shards, for the methods that take a list. Makes a new list each time.</summary>
    public Memory<byte>[] ToMemories() => [.. Enumerable.Range(0, Count).Select(Memory)];

    /// <summary>Good for as long as this stripe is referenced.</summary>
    internal nint AddressOf(int shard) => addresses[shard];

    /// <summary>Where the addresses of all shards lie, in order; good for as long as this stripe is referenced.</summary>
    internal nint AddressTable => Marshal.UnsafeAddrOfPinnedArrayElement(addresses, 0);

    private static void Check(int shards, int shardLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards, PinnedShards.Max);
        ArgumentOutOfRangeException.ThrowIfLessThan(shardLength, 1);
    }
}
