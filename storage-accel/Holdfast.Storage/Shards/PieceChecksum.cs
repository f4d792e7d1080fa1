using System.Buffers.Binary;
using Holdfast.Storage.Checksums;

namespace Holdfast.Storage.Shards;

/// <summary>
/// The CRC32C behind each piece, little-endian. It covers the set's id (16 bytes), the shard's index (1 byte), the stripe's number (8 bytes, little-endian)
/// and the piece, so that a good piece in the wrong place is found too. It guards against accidents, not against forgery.
/// </summary>
internal static class PieceChecksum
{
    /// <summary>In bytes.</summary>
    public const int Length = sizeof(uint);

    private const int PlaceLength = 16 + 1 + sizeof(long);

    /// <param name="framed">The piece, and room for the checksum.</param>
    public static void Seal(Guid set, int index, long stripe, Span<byte> framed) =>
        BinaryPrimitives.WriteUInt32LittleEndian(framed[^Length..], Of(set, index, stripe, framed[..^Length]));

    /// <param name="framed">The piece and its checksum.</param>
    public static bool Fits(Guid set, int index, long stripe, ReadOnlySpan<byte> framed) =>
        BinaryPrimitives.ReadUInt32LittleEndian(framed[^Length..]) == Of(set, index, stripe, framed[..^Length]);

    private static uint Of(Guid set, int index, long stripe, ReadOnlySpan<byte> piece)
    {
        Span<byte> place = stackalloc byte[PlaceLength];
        set.TryWriteBytes(place, bigEndian: true, out _);
        place[16] = (byte)index;
        BinaryPrimitives.WriteInt64LittleEndian(place[17..], stripe);
        var checksum = new Crc32C();
        checksum.Append(place);
        checksum.Append(piece);
        return checksum.Value;
    }
}
