using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>How a loop reads ahead and where its results go.</summary>
internal unsafe interface IMemoryAccess
{
    /// <summary>Whether results go past the caches; outputs are then aligned to 64 bytes.</summary>
    static abstract bool NonTemporal { get; }

    /// <summary>Asks for what the loop reads some turns later. Addresses behind the buffer do no harm.</summary>
    /// <param name="size">Of the block just read, in bytes.</param>
    static abstract void Prefetch(byte* address, int size);
}

/// <summary>All is in the first-level or second-level cache: the processor reads ahead well enough.</summary>
internal readonly struct NearAccess : IMemoryAccess
{
    public static bool NonTemporal => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(byte* address, int size) { }
}

/// <summary>In the last-level cache: its latency is hidden by reading ahead.</summary>
internal readonly struct FarAccess : IMemoryAccess
{
    /// <summary>In bytes; measured: 256 to 1,024 do equally well.</summary>
    private const int Ahead = 512;

    public static bool NonTemporal => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(byte* address, int size)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        Sse.Prefetch0(address + Ahead);
        if (size > 64)
        {
            Sse.Prefetch0(address + Ahead + 64);
        }

        if (size > 128)
        {
            Sse.Prefetch0(address + Ahead + 128);
            Sse.Prefetch0(address + Ahead + 192);
        }

        if (size > 256)
        {
            Sse.Prefetch0(address + Ahead + 256);
            Sse.Prefetch0(address + Ahead + 320);
            Sse.Prefetch0(address + Ahead + 384);
            Sse.Prefetch0(address + Ahead + 448);
        }
    }
}

/// <summary>
/// In memory: as <see cref="FarAccess"/>, and results are not read into the caches before they are overwritten. Reading past the caches as well
/// gains a little on some processors and halves the speed on others.
/// </summary>
internal readonly struct StreamedAccess : IMemoryAccess
{
    public static bool NonTemporal => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(byte* address, int size) => FarAccess.Prefetch(address, size);
}
