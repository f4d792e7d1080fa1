using System.Globalization;
using System.Text;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// The head of an HTTP/1.1 answer (RFC 9112 §2.1), read byte by byte so that not one of what follows is taken. Bounded: 8 KiB.
/// </summary>
internal sealed record HttpHead(int Status, string Reason, ILookup<string, string> Fields)
{
    private const int LengthMax = 8 * 1024;
    private const int ReasonLengthMax = 80;

    /// <exception cref="IOException">The connection ended, or what came is no such head.</exception>
    public static async Task<HttpHead> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[LengthMax];
        for (var length = 0; length < LengthMax; length++)
        {
            await stream.ReadExactlyAsync(head.AsMemory(length, 1), cancellationToken).ConfigureAwait(false);
            if (head.AsSpan(0, length + 1).EndsWith("\r\n\r\n"u8))
            {
                return Parse(Encoding.ASCII.GetString(head, 0, length - 3))
                    ?? throw new IOException("what came is not HTTP");
            }
        }

        throw new IOException($"the answer's head has more than {LengthMax} bytes");
    }

    public bool Has(string field, string value) =>
        Fields[field]
            .SelectMany(v => v.Split(','))
            .Any(v => v.Trim().Equals(value, StringComparison.OrdinalIgnoreCase));

    private static HttpHead? Parse(string text)
    {
        var lines = text.Split("\r\n");
        var status = lines[0].Split(' ', 3);
        if (
            status.Length < 2
            || !status[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
        )
        {
            return null;
        }

        var reason =
            status.Length < 3 ? "" : string.Concat(status[2].Where(c => !char.IsControl(c)).Take(ReasonLengthMax));
        var fields = lines
            .Skip(1)
            .Select(line => line.Split(':', 2))
            .Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return new HttpHead(code, reason, fields);
    }
}
