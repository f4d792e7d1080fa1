using System.Runtime.InteropServices;
using Holdfast.Testing;

namespace Holdfast.Storage.Tests.Raid;

/// <summary>A copy of a stripe as ISA-L's RAID functions want it: aligned, and filled up with zeros to a multiple of 32 bytes.</summary>
internal sealed unsafe class IsaLStripe : IDisposable
{
    private const int Multiple = 32;
    private const int Alignment = 64;

    private readonly byte** shards;
    private readonly int count;
    private readonly int length;

    public IsaLStripe(ReadOnlySpan<Memory<byte>> stripe)
    {
        count = stripe.Length;
        length = (stripe[0].Length + Multiple - 1) / Multiple * Multiple;
        shards = (byte**)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(byte*));
        for (var i = 0; i < count; i++)
        {
            shards[i] = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
            new Span<byte>(shards[i], length).Clear();
            stripe[i].Span.CopyTo(new Span<byte>(shards[i], length));
        }
    }

    public ReadOnlySpan<byte> this[int shard] => new(shards[shard], length);

    /// <returns>0 when it could, or when the check passed.</returns>
    public int Run(IsaL isal, string function) => isal.Raid(function)(count, length, shards);

    public void Dispose()
    {
        for (var i = 0; i < count; i++)
        {
            NativeMemory.AlignedFree(shards[i]);
        }

        NativeMemory.Free(shards);
    }
}
