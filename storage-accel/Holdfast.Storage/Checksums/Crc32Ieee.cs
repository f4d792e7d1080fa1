namespace Holdfast.Storage.Checksums;

/// <summary>
/// CRC-32 with the generator of IEEE 802.3 but not reflected, as bzip2 has it: ISA-L's <c>crc32_ieee</c>. Of "123456789" it is 0xFC891918.
/// </summary>
public struct Crc32Ieee : IChecksum<Crc32Ieee, uint>
{
    internal static readonly CrcParameters Parameters = new(32, 0x04C11DB7, Reflected: false, Inverted: true);

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
