namespace Holdfast.Storage.Checksums;

/// <summary>
/// CRC-64 with the generator of ECMA-182, not reflected: ISA-L's <c>crc64_ecma_norm</c>. Of "123456789" it is 0x62EC59E3F1A4F00A.
/// </summary>
public struct Crc64EcmaNormal : IChecksum<Crc64EcmaNormal, ulong>
{
    internal static readonly CrcParameters Parameters = new(
        64,
        0x42F0_E1EB_A9EA_3693,
        Reflected: false,
        Inverted: true
    );

    private static readonly Crc Engine = new(Parameters);

    /// <inheritdoc/>
    public ulong Value { readonly get; private set; }

    /// <inheritdoc/>
    public static ulong Compute(ReadOnlySpan<byte> data) => Engine.Append(0, data);

    /// <inheritdoc/>
    public static ulong Combine(ulong first, ulong second, long secondLength) =>
        Engine.Combine(first, second, secondLength);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> data) => Value = Engine.Append(Value, data);

    /// <inheritdoc/>
    public void Reset() => Value = 0;
}
