namespace Holdfast.Storage.Checksums;

/// <summary>
/// CRC-32 as gzip (RFC 1952 §8), zip, PNG and Ethernet have it, reflected: ISA-L's <c>crc32_gzip_refl</c>. Of "123456789" it is 0xCBF43926.
/// </summary>
public struct Crc32Gzip : IChecksum<Crc32Gzip, uint>
{
    internal static readonly CrcParameters Parameters = new(32, 0x04C11DB7, Reflected: true, Inverted: true);

    private static readonly Crc Engine = new(Parameters);

    /// <inheritdoc/>
    public uint Value { readonly get; private set; }

    /// <inheritdoc/>
    public static uint Compute(ReadOnlySpan<byte> data) => (uint)Engine.Append(0, data);

    /// <inheritdoc/>
    public static uint Combine(uint first, uint second, long secondLength) =>
        (uint)Engine.Combine(first, second, secondLength);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> data) => Value = (uint)Engine.Append(Value, data);

    /// <inheritdoc/>
    public void Reset() => Value = 0;
}
