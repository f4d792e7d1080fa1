namespace Holdfast.Storage.Checksums;

/// <summary>
/// CRC-64 of NVMe's protection information (NVM Command Set §5.2.1.3.4, Rocksoft's model): ISA-L's <c>crc64_rocksoft_refl</c>. Of "123456789" it is
/// 0xAE8B14860A799888.
/// </summary>
public struct Crc64Nvme : IChecksum<Crc64Nvme, ulong>
{
    internal static readonly CrcParameters Parameters = new(64, 0xAD93_D235_94C9_3659, Reflected: true, Inverted: true);

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
