using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>Two registers side by side: what 16 registers hold of P, Q, two sources and the constants.</summary>
internal readonly unsafe struct Two<TVector, T>(T a, T b) : IRaidBlock<Two<TVector, T>>
    where TVector : struct, IRaidVector<T>
    where T : struct
{
    private readonly T a = a;
    private readonly T b = b;

    public static int Width => 2 * Unsafe.SizeOf<T>();

    public bool IsZero => TVector.IsZero(TVector.Or(a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Two<TVector, T> Load(byte* from) => new(TVector.Load(from), TVector.Load(from + Unsafe.SizeOf<T>()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* to)
    {
        TVector.Store(a, to);
        TVector.Store(b, to + Unsafe.SizeOf<T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreStreamed(byte* to)
    {
        TVector.StoreStreamed(a, to);
        TVector.StoreStreamed(b, to + Unsafe.SizeOf<T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Two<TVector, T> Xor(Two<TVector, T> other) => new(TVector.Xor(a, other.a), TVector.Xor(b, other.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Two<TVector, T> Xor(Two<TVector, T> second, Two<TVector, T> third) =>
        new(TVector.Xor(a, second.a, third.a), TVector.Xor(b, second.b, third.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Two<TVector, T> Double() => new(TVector.Double(a), TVector.Double(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Two<TVector, T> Advance(Two<TVector, T> high, Two<TVector, T> low) =>
        new(TVector.Advance(a, high.a, low.a), TVector.Advance(b, high.b, low.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Two<TVector, T> Multiply(in Multiplier by) => new(TVector.Multiply(a, by), TVector.Multiply(b, by));
}
