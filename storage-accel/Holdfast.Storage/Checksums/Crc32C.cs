namespace Holdfast.Storage.Checksums;

/// <summary>
/// CRC-32C (Castagnoli): iSCSI (RFC 3720 §12.1), SCTP, ext4, Btrfs. Of "123456789" it is 0xE3069283. ISA-L's <c>crc32_iscsi</c> leaves the two
/// inversions to its caller.
/// </summary>
public struct Crc32C : IChecksum<Crc32C, uint>
{
    internal static readonly CrcParameters Parameters = new(32, 0x1EDC6F41, Reflected: true, Inverted: true);

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
