using System.Runtime.CompilerServices;
using Holdfast.Storage.Kernels.Erasure;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>
/// In memory: results go past the caches, so that no line of parity is read before it is overwritten. Sources are asked for as from the last-level cache:
/// the prefetch that spares the outer caches halved the speed of these short loops on Intel's servers.
/// </summary>
internal readonly struct WriteAroundAccess : IMemoryAccess
{
    public static bool NonTemporal => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(byte* address, int size) => FarAccess.Prefetch(address, size);
}
