using System.Globalization;

namespace Holdfast.Gateway.Outbox;

/// <summary>A frame in a segment's file.</summary>
internal readonly record struct FoundFrame(BatchHeader Header, ReadOnlyMemory<byte> Content, long At)
{
    public long EndsAt => At + BatchHeader.Length + Header.Stored;

    /// <summary>Null where they are damaged.</summary>
    public List<OutboxMessage>? Messages()
    {
        try
        {
            return Batch.Unpack(Header, Content) is { } content ? MessageCodec.Read(content, Header) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

/// <summary>How the frames of a segment lie in its file: one after the other, with zeros up to the next page where that costs little.</summary>
internal static class SegmentFile
{
    /// <summary>Of flash; what shares a page with the next write is written twice.</summary>
    public const int PageBytes = 4096;

    /// <summary>Zeros end at a multiple of this.</summary>
    public const int BlockBytes = 512;

    private const string Ending = ".out";

    public static string NameOf(long first) => string.Create(CultureInfo.InvariantCulture, $"{first:D19}{Ending}");

    public static long? FirstOf(string name) =>
        name.EndsWith(Ending, StringComparison.Ordinal)
        && long.TryParse(name[..^Ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            ? first
            : null;

    /// <summary>Zeros behind so many bytes, up to the page's end; none where they would add more than an eighth.</summary>
    public static int Padding(long fileLength, int added)
    {
        var rest = (int)((PageBytes - ((fileLength + added) % PageBytes)) % PageBytes);
        return rest <= added / 8 ? rest : 0;
    }

    public static byte[] ReadAll(IDurableFolder folder, string name)
    {
        var content = new byte[folder.Length(name)];
        var read = folder.Read(name, 0, content);
        return read == content.Length ? content : content[..read];
    }

    /// <summary>The frames whose headers are whole; whether their contents are is to be seen.</summary>
    public static IEnumerable<FoundFrame> Scan(ReadOnlyMemory<byte> file)
    {
        for (var at = 0; at + BatchHeader.Length <= file.Length; )
        {
            if (BatchHeader.Read(file.Span[at..]) is not { } header)
            {
                at++;
                continue;
            }

            var content = file[(at + BatchHeader.Length)..];
            var frame = new FoundFrame(header, content[..Math.Min(content.Length, header.Stored)], at);
            yield return frame;
            at = (int)Math.Min(file.Length, frame.EndsAt);
        }
    }

    /// <summary>The frame at an offset or behind the zeros there; null at the end of the file, or where none can be seen.</summary>
    public static FoundFrame? ReadAt(IDurableFolder folder, string name, long at)
    {
        Span<byte> bytes = stackalloc byte[BatchHeader.Length];
        // Zeros up to a page's end may come first.
        for (var skipped = 0; skipped <= PageBytes / BlockBytes; skipped++)
        {
            if (folder.Read(name, at, bytes) < BatchHeader.Length)
            {
                return null;
            }

            if (bytes[0] != 0)
            {
                break;
            }

            at += BlockBytes - (at % BlockBytes);
        }

        if (BatchHeader.Read(bytes) is not { } header)
        {
            return null;
        }

        var content = new byte[header.Stored];
        var read = folder.Read(name, at + BatchHeader.Length, content);
        return new FoundFrame(header, content.AsMemory(0, read), at);
    }
}
