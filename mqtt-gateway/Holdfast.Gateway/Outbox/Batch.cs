using System.Buffers;
using System.IO.Compression;

namespace Holdfast.Gateway.Outbox;

/// <summary>Messages packed together into a frame of the outbox's files, and out of it.</summary>
internal static class Batch
{
    /// <summary>64 KiB of memory for the packer; batches of a second are smaller.</summary>
    private const int WindowBits = 18;

    /// <summary>A frame: header and content.</summary>
    /// <param name="first">The numbers that it stands for, up to before <paramref name="end"/>; not each need have a message.</param>
    public static byte[] Pack(IReadOnlyList<OutboxMessage> messages, long first, long end, long source, int quality)
    {
        var times = messages.Select(one => one.Time.ToUnixTimeMilliseconds()).ToArray();
        var (earliest, latest) = (times.Min(), times.Max());
        var unpacked = new ArrayBufferWriter<byte>(64 * 1024);
        foreach (var one in messages)
        {
            MessageCodec.Write(unpacked, one, first, earliest);
        }

        return Frame(
            unpacked.WrittenSpan,
            quality,
            new BatchHeader(FrameKind.Messages, 0, 0, false, 0)
            {
                Counts = ClassCounts.Of(messages.Select(one => one.Class)),
                First = first,
                Span = (int)(end - first),
                TimeMs = earliest,
                TimeSpanMs = (uint)Math.Min(uint.MaxValue, latest - earliest),
                Source = source,
            }
        );
    }

    public static byte[] Frame(ReadOnlySpan<byte> content, int quality, BatchHeader header)
    {
        var frame = new byte[BatchHeader.Length + content.Length];
        var packed = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(content.Length));
        var stored = content.Length;
        var isPacked =
            BrotliEncoder.TryCompress(content, packed, out var written, quality, WindowBits)
            && written < content.Length;
        if (isPacked)
        {
            stored = written;
            packed.AsSpan(0, written).CopyTo(frame.AsSpan(BatchHeader.Length));
        }
        else
        {
            content.CopyTo(frame.AsSpan(BatchHeader.Length));
        }

        ArrayPool<byte>.Shared.Return(packed);
        Array.Resize(ref frame, BatchHeader.Length + stored);
        (
            header with
            {
                Stored = stored,
                Unpacked = content.Length,
                IsPacked = isPacked,
                ContentCrc = Crc32C.Of(frame.AsSpan(BatchHeader.Length)),
            }
        ).Write(frame);
        return frame;
    }

    public static bool IsWhole(in BatchHeader header, ReadOnlySpan<byte> content) =>
        content.Length == header.Stored && Crc32C.Of(content) == header.ContentCrc;

    /// <summary>The content of a frame; null where it is damaged.</summary>
    public static ReadOnlyMemory<byte>? Unpack(in BatchHeader header, ReadOnlyMemory<byte> content)
    {
        if (!IsWhole(header, content.Span))
        {
            return null;
        }

        if (!header.IsPacked)
        {
            return content;
        }

        var unpacked = new byte[header.Unpacked];
        return BrotliDecoder.TryDecompress(content.Span, unpacked, out var written) && written == unpacked.Length
            ? unpacked
            : null;
    }
}
