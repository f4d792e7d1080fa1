using System.Buffers.Binary;

namespace Holdfast.Core;

/// <summary>
/// How a record lies on disk: length of the payload (u32), CRC32C of what follows (u32), sequence (u64), payload; little-endian. Each record
/// carries its number, so that those behind a damaged one keep theirs.
/// </summary>
internal static class RecordFrame
{
    public const int HeaderLength = 16;

    private const int ChecksumAt = 4;
    private const int SequenceAt = 8;

    /// <param name="frame">Of the header's and the payload's length.</param>
    public static void Write(Span<byte> frame, long sequence, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(frame[SequenceAt..], sequence);
        payload.CopyTo(frame[HeaderLength..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[ChecksumAt..], Crc32C.Of(frame[SequenceAt..]));
    }

    /// <summary>Whether a record could begin here, all of it there; whether it is whole says <paramref name="isWhole"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out long sequence, out int length, out bool isWhole)
    {
        (sequence, length, isWhole) = (0, 0, false);
        if (bytes.Length < HeaderLength)
        {
            return false;
        }

        var payload = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (payload <= 0 || payload > bytes.Length - HeaderLength)
        {
            return false;
        }

        sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[SequenceAt..]);
        length = HeaderLength + payload;
        isWhole = Crc32C.Of(bytes[SequenceAt..length]) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]);
        return true;
    }
}
