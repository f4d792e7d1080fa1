using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Holdfast.Hal;

/// <summary>A 48-bit Ethernet address (IEEE 802 EUI-48), written as six pairs of hexadecimal digits with colons or hyphens.</summary>
public readonly record struct MacAddress(ulong Bits)
{
    public const int Length = 6;

    public ulong Bits { get; } =
        Bits >> 48 == 0 ? Bits : throw new ArgumentOutOfRangeException(nameof(Bits), "a MAC address has 48 bits");

    public static bool TryParse([NotNullWhen(true)] string? text, out MacAddress address)
    {
        address = default;
        if (text is not { Length: 17 })
        {
            return false;
        }

        ulong bits = 0;
        for (var i = 0; i < text.Length; i += 3)
        {
            var separated = i + 2 == text.Length || (text[i + 2] is ':' or '-' && text[i + 2] == text[2]);
            if (
                !separated
                || !byte.TryParse(
                    text.AsSpan(i, 2),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out var octet
                )
            )
            {
                return false;
            }

            bits = (bits << 8) | octet;
        }

        address = new MacAddress(bits);
        return true;
    }

    /// <summary>Writes the six bytes in the order of the wire.</summary>
    public void CopyTo(Span<byte> destination)
    {
        for (var i = 0; i < Length; i++)
        {
            destination[i] = (byte)(Bits >> (8 * (Length - 1 - i)));
        }
    }

    public override string ToString()
    {
        var bits = Bits;
        return string.Join(':', Enumerable.Range(0, Length).Select(i => $"{(byte)(bits >> (40 - (8 * i))):x2}"));
    }
}
