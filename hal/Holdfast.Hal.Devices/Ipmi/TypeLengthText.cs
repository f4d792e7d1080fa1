using System.Text;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>Text behind a type/length byte (IPMI 2.0 §43.15): bits 7:6 the encoding, bits 4:0 the length in bytes.</summary>
internal static class TypeLengthText
{
    private const string BcdPlus = "0123456789 -.:,_";

    /// <summary>The text, without padding; where the bytes end early, what there is.</summary>
    public static string Read(byte typeLength, ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(typeLength & 0x1F, bytes.Length)];
        var text = (typeLength >> 6) switch
        {
            0 => Encoding.Unicode.GetString(bytes),
            1 => Bcd(bytes),
            2 => SixBits(bytes),
            _ => Encoding.Latin1.GetString(bytes),
        };
        return text.Trim('\0', ' ');
    }

    private static string Bcd(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var pair in bytes)
        {
            text.Append(BcdPlus[pair & 0x0F]).Append(BcdPlus[pair >> 4]);
        }

        return text.ToString();
    }

    /// <summary>Characters 20h to 5Fh, four in three bytes, the first in the low bits.</summary>
    private static string SixBits(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var part in bytes)
        {
            bits |= part << count;
            for (count += 8; count >= 6; count -= 6)
            {
                text.Append((char)(' ' + (bits & 0x3F)));
                bits >>= 6;
            }
        }

        return text.ToString();
    }
}
