using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>One register.</summary>
internal readonly unsafe struct One<TVector, T>(T a) : IRaidBlock<One<TVector, T>>
    where TVector : struct, IRaidVector<T>
    where T : struct
{
    private readonly T a = a;

    public static int Width => Unsafe.SizeOf<T>();

    public bool IsZero => TVector.IsZero(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One<TVector, T> Load(byte* from) => new(TVector.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* to)
    {
        TVector.Store(a, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreStreamed(byte* to)
    {
        TVector.StoreStreamed(a, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Xor(One<TVector, T> other) => new(TVector.Xor(a, other.a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Xor(One<TVector, T> second, One<TVector, T> third) => new(TVector.Xor(a, second.a, third.a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Double() => new(TVector.Double(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Advance(One<TVector, T> high, One<TVector, T> low) => new(TVector.Advance(a, high.a, low.a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Multiply(in Multiplier by) => new(TVector.Multiply(a, by));
}
