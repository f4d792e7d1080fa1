using System.Buffers.Binary;

namespace Holdfast.Core;

/// <summary>
/// A small document that is always whole: replaced at once, checked by CRC32C, with its predecessor kept beside it for the day on
/// which the flash lies. Layout: "HFD1", CRC32C of the content (u32, little-endian), content.
/// </summary>
/// <param name="folder">Where it lives.</param>
/// <param name="name">Its file; the predecessor ends in <c>.old</c>.</param>
public sealed class DurableDocument(IDurableFolder folder, string name)
{
    /// <summary>A controller's state has kilobytes; more means that something else lies there.</summary>
    public const int LengthMax = 4 * 1024 * 1024;

    private const int HeaderLength = 8;

    private static ReadOnlySpan<byte> Magic => "HFD1"u8;

    /// <summary>Returns once the content is on disk.</summary>
    /// <exception cref="IOException">It is not; the document holds what it held before.</exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        Invariant.Require(content.Length <= LengthMax, "a document is small");
        if (Load(name) is { } before)
        {
            folder.Replace(name + ".old", Frame(before));
        }

        folder.Replace(name, Frame(content));
    }

    /// <summary>The content; the predecessor's where the newest is damaged; null where there is none.</summary>
    /// <param name="damage">In words what was damaged; empty: nothing.</param>
    public byte[]? Read(out string damage)
    {
        damage = "";
        if (Load(name) is { } content)
        {
            return content;
        }

        var old = Load(name + ".old");
        if (folder.Exists(name))
        {
            damage = old is null
                ? $"{name} is damaged and has no predecessor: starting afresh"
                : $"{name} is damaged: its predecessor is used, the last change is lost";
        }

        return old;
    }

    private static byte[] Frame(ReadOnlySpan<byte> content)
    {
        var framed = new byte[HeaderLength + content.Length];
        Magic.CopyTo(framed);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(4), Crc32C.Of(content));
        content.CopyTo(framed.AsSpan(HeaderLength));
        return framed;
    }

    private byte[]? Load(string file)
    {
        var length = folder.Length(file);
        if (length < HeaderLength || length > HeaderLength + LengthMax)
        {
            return null;
        }

        var framed = new byte[length];
        var read = folder.Read(file, 0, framed);
        var content = framed[HeaderLength..];
        var whole =
            read == length
            && framed.AsSpan().StartsWith(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(framed.AsSpan(4)) == Crc32C.Of(content);
        return whole ? content : null;
    }
}
