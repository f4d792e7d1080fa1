namespace Holdfast.Storage.Kernels.Raid;

/// <summary>What a vector register of a tier can do for parity. <typeparamref name="T"/> is the register.</summary>
internal unsafe interface IRaidVector<T>
    where T : struct
{
    static abstract T Load(byte* from);

    static abstract void Store(T value, byte* to);

    /// <summary>Past the caches. <paramref name="to"/> is a multiple of the register's width.</summary>
    static abstract void StoreStreamed(T value, byte* to);

    static abstract T Xor(T a, T b);

    static abstract T Xor(T a, T b, T c);

    static abstract T Or(T a, T b);

    static abstract bool IsZero(T value);

    /// <summary>2 · value, in each byte.</summary>
    static abstract T Double(T value);

    /// <summary>4 · sum + 2 · high + low, in each byte: two steps of Horner's rule.</summary>
    static abstract T Advance(T sum, T high, T low);

    static abstract T Multiply(T value, in Multiplier by);
}
