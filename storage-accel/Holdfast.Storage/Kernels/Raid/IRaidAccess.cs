using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>How a loop reaches memory.</summary>
internal unsafe interface IRaidAccess
{
    static abstract TBlock Load<TBlock>(byte* from)
        where TBlock : struct, IRaidBlock<TBlock>;

    static abstract void Store<TBlock>(TBlock block, byte* to)
        where TBlock : struct, IRaidBlock<TBlock>;
}

/// <summary>For what lies in the first cache.</summary>
internal readonly unsafe struct PlainAccess : IRaidAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock Load<TBlock>(byte* from)
        where TBlock : struct, IRaidBlock<TBlock> => TBlock.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TBlock>(TBlock block, byte* to)
        where TBlock : struct, IRaidBlock<TBlock> => block.Store(to);
}

/// <summary>For what the outer caches hold: asks for each source's next columns early.</summary>
internal readonly unsafe struct PrefetchedAccess : IRaidAccess
{
    /// <summary>In bytes.</summary>
    private const int Ahead = 512;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock Load<TBlock>(byte* from)
        where TBlock : struct, IRaidBlock<TBlock>
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(from + Ahead);
            if (TBlock.Width >= 128)
            {
                Sse.Prefetch0(from + Ahead + 64);
            }

            if (TBlock.Width >= 256)
            {
                Sse.Prefetch0(from + Ahead + 128);
                Sse.Prefetch0(from + Ahead + 192);
            }
        }

        return TBlock.Load(from);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TBlock>(TBlock block, byte* to)
        where TBlock : struct, IRaidBlock<TBlock> => block.Store(to);
}

/// <summary>
/// For what comes from main memory and goes there: stores past the caches, so that no line of parity is read before it is overwritten. The sources
/// are asked for as always: the prefetch that spares the outer caches halved the speed on Intel's servers.
/// </summary>
internal readonly unsafe struct StreamedAccess : IRaidAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock Load<TBlock>(byte* from)
        where TBlock : struct, IRaidBlock<TBlock> => PrefetchedAccess.Load<TBlock>(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TBlock>(TBlock block, byte* to)
        where TBlock : struct, IRaidBlock<TBlock> => block.StoreStreamed(to);
}
