using System.Buffers;
using System.Text.RegularExpressions;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Tests.Hostile;

/// <summary>
/// What is mutated: packets of every kind by our own encoder, and those of public suites where <c>HOLDFAST_MQTT_SUITES</c> names folders with them:
/// every string of hexadecimal digits in a JSON file there.
/// </summary>
internal sealed partial class Corpus
{
    private const int OwnCount = 400;
    private const int SuiteBytesMax = 64 * 1024;

    private readonly List<byte[]> packets = [];

    public Corpus()
    {
        foreach (var version in new[] { MqttVersion.V5, MqttVersion.V311 })
        {
            var random = new RandomPackets(1, version);
            packets.AddRange(Enumerable.Range(0, OwnCount / 2).Select(_ => Encode(random.Next(), version)));
        }

        var folders = Environment.GetEnvironmentVariable("HOLDFAST_MQTT_SUITES") ?? "";
        foreach (var folder in folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            packets.AddRange(
                Directory
                    .EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)
                    .SelectMany(file => FromText(File.ReadAllText(file)))
            );
        }
    }

    public int Count => packets.Count;

    public byte[] Any(SeededRandom random) => packets[random.Next(packets.Count)];

    public static byte[] Encode(Packet packet, MqttVersion version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PacketEncoder.Write(buffer, packet, version);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Packets written as "10 0D 0004 …".</summary>
    public static IEnumerable<byte[]> FromText(string text) =>
        HexString()
            .Matches(text)
            .Select(match => match.Groups[1].Value.Replace(" ", "", StringComparison.Ordinal))
            .Where(digits => digits.Length % 2 == 0 && digits.Length <= 2 * SuiteBytesMax)
            .Select(digits => Convert.FromHexString(digits));

    [GeneratedRegex("\"([0-9A-Fa-f]{2}(?: ?[0-9A-Fa-f]{2})+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex HexString();
}
