using Holdfast.Storage.Checksums;
using Holdfast.Testing;

namespace Holdfast.Storage.Tests.Checksums;

/// <summary>A CRC as strangers know it.</summary>
/// <param name="Check">Of "123456789", from the catalogue of parametrised CRC algorithms (reveng); null: it has none.</param>
internal sealed record CrcCase(string Name, CrcParameters Parameters, ulong? Check)
{
    public static readonly CrcCase[] All =
    [
        new("crc32_iscsi", Crc32C.Parameters, 0xE3069283),
        new("crc32_gzip_refl", Crc32Gzip.Parameters, 0xCBF43926),
        new("crc32_ieee", Crc32Ieee.Parameters, 0xFC891918),
        new("crc16_t10dif", Crc16T10Dif.Parameters, 0xD0DB),
        new("crc64_ecma_refl", Crc64Ecma.Parameters, 0x995DC9BBDF1939FA),
        new("crc64_ecma_norm", Crc64EcmaNormal.Parameters, 0x62EC59E3F1A4F00A),
        new("crc64_iso_refl", Crc64Iso.Parameters, 0xB90956C775A41001),
        new("crc64_iso_norm", Crc64IsoNormal.Parameters, null),
        new("crc64_rocksoft_refl", Crc64Nvme.Parameters, 0xAE8B14860A799888),
    ];

    /// <summary>A checksum of this width that a message could have left.</summary>
    public ulong Seed(Random random) => (ulong)random.NextInt64() & (ulong.MaxValue >> (64 - Parameters.Width));

    /// <summary>
    /// The checksum after more bytes, by ISA-L. Its functions invert what they take and give, but for crc32_iscsi; crc16_t10dif has nothing to
    /// invert.
    /// </summary>
    public unsafe ulong ByIsaL(IsaL isal, ulong checksum, byte* data, int length) =>
        Name switch
        {
            "crc32_iscsi" => ~isal.Crc32Iscsi(data, length, ~(uint)checksum),
            "crc16_t10dif" => isal.Crc16T10Dif((ushort)checksum, data, (ulong)length),
            _ when Parameters.Width == 32 => isal.Crc32(Name)((uint)checksum, data, (ulong)length),
            _ => isal.Crc64(Name)(checksum, data, (ulong)length),
        };

    /// <summary>The definition, bit by bit: no table, no trick.</summary>
    public ulong ByDefinition(ulong checksum, ReadOnlySpan<byte> data)
    {
        var (width, polynomial, reflected, _) = Parameters;
        var register = checksum ^ Parameters.Inversion;
        foreach (var value in data)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var next = (ulong)(value >> (reflected ? bit : 7 - bit)) & 1;
                var highest = (register >> (reflected ? 0 : width - 1)) & 1;
                register = reflected ? register >> 1 : (register << 1) & (ulong.MaxValue >> (64 - width));
                for (var power = 0; power < width && (next ^ highest) != 0; power++)
                {
                    register ^= ((polynomial >> power) & 1) << (reflected ? width - 1 - power : power);
                }
            }
        }

        return register ^ Parameters.Inversion;
    }
}
