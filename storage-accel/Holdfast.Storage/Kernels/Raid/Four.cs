using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>Four registers side by side.</summary>
internal readonly unsafe struct Four<TVector, T>(T a, T b, T c, T d) : IRaidBlock<Four<TVector, T>>
    where TVector : struct, IRaidVector<T>
    where T : struct
{
    private readonly T a = a;
    private readonly T b = b;
    private readonly T c = c;
    private readonly T d = d;

    public static int Width => 4 * Unsafe.SizeOf<T>();

    public bool IsZero => TVector.IsZero(TVector.Or(TVector.Or(a, b), TVector.Or(c, d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TVector, T> Load(byte* from) =>
        new(
            TVector.Load(from),
            TVector.Load(from + Unsafe.SizeOf<T>()),
            TVector.Load(from + (2 * Unsafe.SizeOf<T>())),
            TVector.Load(from + (3 * Unsafe.SizeOf<T>()))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* to)
    {
        TVector.Store(a, to);
        TVector.Store(b, to + Unsafe.SizeOf<T>());
        TVector.Store(c, to + (2 * Unsafe.SizeOf<T>()));
        TVector.Store(d, to + (3 * Unsafe.SizeOf<T>()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreStreamed(byte* to)
    {
        TVector.StoreStreamed(a, to);
        TVector.StoreStreamed(b, to + Unsafe.SizeOf<T>());
        TVector.StoreStreamed(c, to + (2 * Unsafe.SizeOf<T>()));
        TVector.StoreStreamed(d, to + (3 * Unsafe.SizeOf<T>()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Four<TVector, T> Xor(Four<TVector, T> other) =>
        new(TVector.Xor(a, other.a), TVector.Xor(b, other.b), TVector.Xor(c, other.c), TVector.Xor(d, other.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Four<TVector, T> Xor(Four<TVector, T> second, Four<TVector, T> third) =>
        new(
            TVector.Xor(a, second.a, third.a),
            TVector.Xor(b, second.b, third.b),
            TVector.Xor(c, second.c, third.c),
            TVector.Xor(d, second.d, third.d)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Four<TVector, T> Double() => new(TVector.Double(a), TVector.Double(b), TVector.Double(c), TVector.Double(d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Four<TVector, T> Advance(Four<TVector, T> high, Four<TVector, T> low) =>
        new(
            TVector.Advance(a, high.a, low.a),
            TVector.Advance(b, high.b, low.b),
            TVector.Advance(c, high.c, low.c),
            TVector.Advance(d, high.d, low.d)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Four<TVector, T> Multiply(in Multiplier by) =>
        new(TVector.Multiply(a, by), TVector.Multiply(b, by), TVector.Multiply(c, by), TVector.Multiply(d, by));
}
