using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>One register.</summary>
internal readonly unsafe struct One<TVector, T>(T register) : IRaidBlock<One<TVector, T>>
    where TVector : struct, IRaidVector<T>
    where T : struct
{
    private readonly T register = register;

    public static int Width => Unsafe.SizeOf<T>();

    public bool IsZero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVector.IsZero(register);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One<TVector, T> Load(byte* from) => new(TVector.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* to) => TVector.Store(register, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreStreamed(byte* to) => TVector.StoreStreamed(register, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Or(One<TVector, T> other) => new(TVector.Or(register, other.register));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Xor(One<TVector, T> other) => new(TVector.Xor(register, other.register));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Xor(One<TVector, T> second, One<TVector, T> third) =>
        new(TVector.Xor(register, second.register, third.register));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Double() => new(TVector.Double(register));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Advance(One<TVector, T> high, One<TVector, T> low) =>
        new(TVector.Advance(register, high.register, low.register));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public One<TVector, T> Multiply(in Multiplier by) => new(TVector.Multiply(register, by));
}
