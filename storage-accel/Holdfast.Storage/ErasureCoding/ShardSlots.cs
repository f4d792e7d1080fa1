using System.Runtime.CompilerServices;
using Holdfast.Storage.Kernels;

namespace Holdfast.Storage.ErasureCoding;

/// <summary>Room on the stack for a list of shards in another order than the caller's.</summary>
[InlineArray(PinnedShards.Max)]
internal struct ShardSlots
{
    private ReadOnlyMemory<byte> first;
}
