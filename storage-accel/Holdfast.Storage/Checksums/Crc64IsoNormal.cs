namespace Holdfast.Storage.Checksums;

/// <summary>
/// CRC-64 with the generator of ISO 3309, not reflected: ISA-L's <c>crc64_iso_norm</c>. Of "123456789" it is 0x1B00415A776C026F, by the definition
/// and by ISA-L: the catalogues have none.
/// </summary>
public struct Crc64IsoNormal : IChecksum<Crc64IsoNormal, ulong>
{
    internal static readonly CrcParameters Parameters = new(64, 0x1B, Reflected: false, Inverted: true);

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
