using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>Two blocks side by side. Nested, it makes four or eight registers of one, and the compiler keeps them all in registers.</summary>
internal readonly unsafe struct Pair<THalf>(THalf left, THalf right) : IRaidBlock<Pair<THalf>>
    where THalf : struct, IRaidBlock<THalf>
{
    private readonly THalf left = left;
    private readonly THalf right = right;

    public static int Width => 2 * THalf.Width;

    public bool IsZero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => left.Or(right).IsZero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<THalf> Load(byte* from) => new(THalf.Load(from), THalf.Load(from + THalf.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* to)
    {
        left.Store(to);
        right.Store(to + THalf.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreStreamed(byte* to)
    {
        left.StoreStreamed(to);
        right.StoreStreamed(to + THalf.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair<THalf> Or(Pair<THalf> other) => new(left.Or(other.left), right.Or(other.right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair<THalf> Xor(Pair<THalf> other) => new(left.Xor(other.left), right.Xor(other.right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair<THalf> Xor(Pair<THalf> second, Pair<THalf> third) =>
        new(left.Xor(second.left, third.left), right.Xor(second.right, third.right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair<THalf> Double() => new(left.Double(), right.Double());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair<THalf> Advance(Pair<THalf> high, Pair<THalf> low) =>
        new(left.Advance(high.left, low.left), right.Advance(high.right, low.right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair<THalf> Multiply(in Multiplier by) => new(left.Multiply(by), right.Multiply(by));
}
