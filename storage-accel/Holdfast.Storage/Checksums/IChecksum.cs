namespace Holdfast.Storage.Checksums;

/// <summary>
/// A checksum of a stream of bytes. Implementations are mutable structs that allocate nothing: keep one in a variable or a field that is not
/// readonly, and one stream in each. The default value, like one after <see cref="Reset"/>, has seen no bytes.
/// </summary>
/// <typeparam name="TSelf">The implementation.</typeparam>
/// <typeparam name="TValue">An unsigned integer as wide as the checksum.</typeparam>
public interface IChecksum<TSelf, TValue>
    where TSelf : struct, IChecksum<TSelf, TValue>
    where TValue : unmanaged
{
    /// <summary>The checksum of all bytes appended so far.</summary>
    TValue Value { get; }

    /// <summary>The checksum of all of <paramref name="data"/>, which may be empty.</summary>
    static abstract TValue Compute(ReadOnlySpan<byte> data);

    /// <summary>
    /// The checksum of two messages one after the other, from those of each. Takes time in the logarithm of the length; of the first message no
    /// length is needed.
    /// </summary>
    /// <param name="secondLength">In bytes, of the message that <paramref name="second"/> is of.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    static abstract TValue Combine(TValue first, TValue second, long secondLength);

    /// <summary>Goes on with more bytes, which may be none.</summary>
    void Append(ReadOnlySpan<byte> data);

    /// <summary>Back to having seen no bytes.</summary>
    void Reset();
}
