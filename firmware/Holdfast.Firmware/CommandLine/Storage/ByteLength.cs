using System.CommandLine;
using System.Globalization;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>A number of bytes as people write it: 65536, 64KiB, 1MiB.</summary>
internal static class ByteLength
{
    private static readonly (string Unit, int Bytes)[] Units = [("KiB", 1024), ("MiB", 1024 * 1024)];

    public static Option<int?> Option(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "BYTES",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (Parse(text) is { } bytes)
                {
                    return bytes;
                }

                result.AddError($"{name} must be a number of bytes such as 65536, 64KiB or 1MiB, not '{text}'");
                return null;
            },
        };

    public static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:#,0} bytes");

    private static int? Parse(string text)
    {
        var (unit, factor) = Units.FirstOrDefault(
            known => text.EndsWith(known.Unit, StringComparison.Ordinal),
            (Unit: "", Bytes: 1)
        );
        return
            int.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0
            && number <= int.MaxValue / factor
            ? number * factor
            : null;
    }
}
