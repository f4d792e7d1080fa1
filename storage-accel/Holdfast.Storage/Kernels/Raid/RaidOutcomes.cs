using System.Runtime.CompilerServices;
using Holdfast.Storage.Kernels.Erasure;
using Holdfast.Storage.Raid;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>What a loop does with the sum of some columns.</summary>
internal interface IXorOutcome
{
    /// <summary>Whether to go on.</summary>
    bool Take<TBlock>(TBlock sum, nint at)
        where TBlock : struct, IRaidBlock<TBlock>;
}

/// <summary>What a loop does with the P and Q of some columns.</summary>
internal interface IDualOutcome
{
    /// <summary>Whether to go on.</summary>
    bool Take<TBlock>(TBlock p, TBlock q, nint at)
        where TBlock : struct, IRaidBlock<TBlock>;
}

internal readonly unsafe struct XorStore<TAccess>(byte* parity) : IXorOutcome
    where TAccess : struct, IMemoryAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take<TBlock>(TBlock sum, nint at)
        where TBlock : struct, IRaidBlock<TBlock>
    {
        if (TAccess.NonTemporal)
        {
            sum.StoreStreamed(parity + at);
        }
        else
        {
            sum.Store(parity + at);
        }

        return true;
    }
}

internal struct XorCheck : IXorOutcome
{
    public bool Failed { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take<TBlock>(TBlock sum, nint at)
        where TBlock : struct, IRaidBlock<TBlock>
    {
        Failed = !sum.IsZero;
        return !Failed;
    }
}

internal readonly unsafe struct DualStore<TAccess>(byte* storedP, byte* storedQ) : IDualOutcome
    where TAccess : struct, IMemoryAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take<TBlock>(TBlock p, TBlock q, nint at)
        where TBlock : struct, IRaidBlock<TBlock>
    {
        if (TAccess.NonTemporal)
        {
            p.StoreStreamed(storedP + at);
            q.StoreStreamed(storedQ + at);
        }
        else
        {
            p.Store(storedP + at);
            q.Store(storedQ + at);
        }

        return true;
    }
}

internal unsafe struct DualCheck(byte* storedP, byte* storedQ) : IDualOutcome
{
    public DualParityFault Fault { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take<TBlock>(TBlock p, TBlock q, nint at)
        where TBlock : struct, IRaidBlock<TBlock>
    {
        var equalP = p.Xor(TBlock.Load(storedP + at)).IsZero;
        var equalQ = q.Xor(TBlock.Load(storedQ + at)).IsZero;
        if (equalP && equalQ)
        {
            return true;
        }

        Fault |=
            (equalP ? DualParityFault.None : DualParityFault.P) | (equalQ ? DualParityFault.None : DualParityFault.Q);
        return Fault != DualParityFault.Both;
    }
}
