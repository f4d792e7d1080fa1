namespace Holdfast.Storage.Checksums;

/// <summary>
/// CRC-16 of the data integrity field (T10 SBC-3 §4.22.4): ISA-L's <c>crc16_t10dif</c>. Of "123456789" it is 0xD0DB.
/// </summary>
public struct Crc16T10Dif : IChecksum<Crc16T10Dif, ushort>
{
    internal static readonly CrcParameters Parameters = new(16, 0x8BB7, Reflected: false, Inverted: false);

    private static readonly Crc Engine = new(Parameters);

    /// <inheritdoc/>
    public ushort Value { readonly get; private set; }

    /// <inheritdoc/>
    public static ushort Compute(ReadOnlySpan<byte> data) => (ushort)Engine.Append(0, data);

    /// <inheritdoc/>
    public static ushort Combine(ushort first, ushort second, long secondLength) =>
        (ushort)Engine.Combine(first, second, secondLength);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> data) => Value = (ushort)Engine.Append(Value, data);

    /// <inheritdoc/>
    public void Reset() => Value = 0;
}
