namespace Holdfast.Storage.Kernels.Raid;

/// <summary>The columns that one step works on: one register or several side by side.</summary>
internal unsafe interface IRaidBlock<TSelf>
    where TSelf : struct, IRaidBlock<TSelf>
{
    /// <summary>In bytes.</summary>
    static abstract int Width { get; }

    static abstract TSelf Load(byte* from);

    void Store(byte* to);

    void StoreStreamed(byte* to);

    TSelf Or(TSelf other);

    TSelf Xor(TSelf other);

    TSelf Xor(TSelf second, TSelf third);

    bool IsZero { get; }

    TSelf Double();

    /// <summary>4 · this + 2 · high + low.</summary>
    TSelf Advance(TSelf high, TSelf low);

    TSelf Multiply(in Multiplier by);
}
