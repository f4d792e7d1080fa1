using System.Buffers.Binary;

namespace Holdfast.Gateway.Outbox;

internal enum FrameKind : byte
{
    Messages = 1,
    Checkpoint = 2,
}

/// <summary>
/// What stands before a batch on disk; little-endian: "HFB1", bytes stored (u32), bytes unpacked (u32), kind (u8), packed (u8), messages of each
/// class (5 × u16), first sequence (i64), numbers spanned (u32), earliest time (i64, ms of Unix), time spanned (u32, ms), source (i64), CRC32C of
/// the content (u32), CRC32C of the header (u32). The header has a checksum of its own, so that a damaged batch still tells what it was.
/// </summary>
internal readonly record struct BatchHeader(FrameKind Kind, int Stored, int Unpacked, bool IsPacked, uint ContentCrc)
{
    public const int Length = 64;

    /// <summary>No batch is longer: what says so is no header.</summary>
    public const int StoredMax = 8 * 1024 * 1024;

    private const uint Magic = 0x31424648;

    public ClassCounts Counts { get; init; }

    public long First { get; init; }

    public int Span { get; init; }

    public long TimeMs { get; init; }

    public uint TimeSpanMs { get; init; }

    /// <summary>The producer's own number up to which everything is handed over.</summary>
    public long Source { get; init; }

    public long End => First + Span;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Stored);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], Unpacked);
        to[12] = (byte)Kind;
        to[13] = IsPacked ? (byte)1 : (byte)0;
        for (var i = 0; i < 5; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to[(14 + (2 * i))..], (ushort)Counts[(MessageClass)i]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(to[24..], First);
        BinaryPrimitives.WriteInt32LittleEndian(to[32..], Span);
        BinaryPrimitives.WriteInt64LittleEndian(to[36..], TimeMs);
        BinaryPrimitives.WriteUInt32LittleEndian(to[44..], TimeSpanMs);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], Source);
        BinaryPrimitives.WriteUInt32LittleEndian(to[56..], ContentCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(to[60..], Crc32C.Of(to[..60]));
    }

    public static BatchHeader? Read(ReadOnlySpan<byte> from)
    {
        if (
            from.Length < Length
            || BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(from[60..]) != Crc32C.Of(from[..60])
        )
        {
            return null;
        }

        var header = new BatchHeader(
            (FrameKind)from[12],
            BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
            from[13] != 0,
            BinaryPrimitives.ReadUInt32LittleEndian(from[56..])
        )
        {
            Counts = new ClassCounts(Count(from, 0), Count(from, 1), Count(from, 2), Count(from, 3), Count(from, 4)),
            First = BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            Span = BinaryPrimitives.ReadInt32LittleEndian(from[32..]),
            TimeMs = BinaryPrimitives.ReadInt64LittleEndian(from[36..]),
            TimeSpanMs = BinaryPrimitives.ReadUInt32LittleEndian(from[44..]),
            Source = BinaryPrimitives.ReadInt64LittleEndian(from[48..]),
        };
        return header.Stored is >= 0 and <= StoredMax && header.Unpacked is >= 0 and <= StoredMax && header.Span >= 0
            ? header
            : null;
    }

    private static long Count(ReadOnlySpan<byte> from, int of) =>
        BinaryPrimitives.ReadUInt16LittleEndian(from[(14 + (2 * of))..]);
}
