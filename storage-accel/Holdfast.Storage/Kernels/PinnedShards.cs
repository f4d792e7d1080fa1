using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Storage.Kernels;

/// <summary>Work on the addresses of many buffers at once.</summary>
internal unsafe interface IPinnedWork
{
    /// <param name="shards">The buffers' addresses, in the order given; valid during this call only.</param>
    void Run(byte** shards);
}

/// <summary>
/// Holds any number of buffers in place while work is done on them. Each is pinned by a local of a stack frame of its own, which costs
/// nanoseconds and allocates nothing, where handles would cost more than coding a small stripe.
/// </summary>
internal static unsafe class PinnedShards
{
    /// <summary>A frame for each: bounds the depth of the stack. A code over GF(2⁸) has no more shards; RAID's two parities and two old versions fit as well.</summary>
    public const int Max = 260;

    [SkipLocalsInit]
    public static void Run<TWork>(ReadOnlySpan<ReadOnlyMemory<byte>> shards, ref TWork work)
        where TWork : struct, IPinnedWork, allows ref struct
    {
        Invariant.Require(shards.Length <= Max, "more buffers than any code has shards");
        var addresses = stackalloc byte*[Max];
        Pin(shards, addresses, 0, ref work);
    }

    public static void Run<TWork>(ReadOnlySpan<Memory<byte>> shards, ref TWork work)
        where TWork : struct, IPinnedWork, allows ref struct => Run(AsReadOnly(shards), ref work);

    /// <summary>The same buffers, for reading only. Both types have one layout, as <see cref="MemoryMarshal.AsMemory{T}"/> relies on too.</summary>
    public static ReadOnlySpan<ReadOnlyMemory<byte>> AsReadOnly(ReadOnlySpan<Memory<byte>> shards) =>
        MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<Memory<byte>, ReadOnlyMemory<byte>>(ref MemoryMarshal.GetReference(shards)),
            shards.Length
        );

    private static void Pin<TWork>(
        ReadOnlySpan<ReadOnlyMemory<byte>> shards,
        byte** addresses,
        int next,
        ref TWork work
    )
        where TWork : struct, IPinnedWork, allows ref struct
    {
        if (next == shards.Length)
        {
            work.Run(addresses);
            return;
        }

        fixed (byte* address = shards[next].Span)
        {
            addresses[next] = address;
            Pin(shards, addresses, next + 1, ref work);
        }
    }
}
