using System.Text.Json;

namespace Holdfast.Conformance;

/// <summary>One exchange of packets with a broker, as mosquitto's <c>test/broker/data/*.json</c> write it down.</summary>
/// <param name="Version">The protocol level of the opening CONNECT: 3, 4 or 5.</param>
/// <param name="Connects">Whether a CONNECT of no interest, and its CONNACK, come first.</param>
/// <param name="EndsConnection">Whether the broker must have closed the connection at the end; else it must answer a ping.</param>
public sealed record Sequence(
    string Name,
    int Version,
    bool Connects,
    bool EndsConnection,
    IReadOnlyList<SequenceStep> Steps
);

/// <summary>One step of a sequence.</summary>
public abstract record SequenceStep
{
    private SequenceStep() { }

    public sealed record Send(ReadOnlyMemory<byte> Bytes) : SequenceStep;

    public sealed record Receive(ReadOnlyMemory<byte> Bytes, string Comment) : SequenceStep;

    /// <summary>Another client publishes.</summary>
    public sealed record Publish(string Topic, string Payload, int Qos) : SequenceStep;
}

/// <summary>Reads the files of sequences.</summary>
public static class SequenceFile
{
    /// <exception cref="InvalidDataException">It is not such a file; the message says what was found.</exception>
    public static IReadOnlyList<Sequence> Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. document.RootElement.EnumerateArray().Where(IsEnabled).SelectMany(Group)];
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"{path} is not a file of packet sequences: {e.Message}", e);
        }
    }

    private static bool IsEnabled(JsonElement group) =>
        !group.TryGetProperty("disable", out var disabled) || !disabled.GetBoolean();

    private static IEnumerable<Sequence> Group(JsonElement group)
    {
        var name = group.GetProperty("group").GetString();
        return group
            .GetProperty("tests")
            .EnumerateArray()
            .Select(test => Test($"{name} {Text(test, "name")}", test))
            .ToList();
    }

    private static Sequence Test(string name, JsonElement test) =>
        new(
            name,
            test.TryGetProperty("ver", out var version) ? version.GetInt32() : 4,
            Flag(test, "connect"),
            Flag(test, "expect_disconnect"),
            [.. test.GetProperty("msgs").EnumerateArray().Select(Step)]
        );

    private static bool Flag(JsonElement test, string name) =>
        !test.TryGetProperty(name, out var flag) || flag.GetBoolean();

    private static SequenceStep Step(JsonElement step) =>
        step.GetProperty("type").GetString() switch
        {
            "send" => new SequenceStep.Send(Bytes(step)),
            "recv" => new SequenceStep.Receive(Bytes(step), Text(step, "comment")),
            "publish" => new SequenceStep.Publish(
                Text(step, "topic"),
                Text(step, "payload"),
                step.GetProperty("qos").GetInt32()
            ),
            var other => throw new FormatException($"a step of type \"{other}\""),
        };

    private static byte[] Bytes(JsonElement step) =>
        Convert.FromHexString(Text(step, "payload").Replace(" ", "", StringComparison.Ordinal));

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";
}
