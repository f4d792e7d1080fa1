using Holdfast.Gateway.Commands.Access;

namespace Holdfast.Gateway.Commands;

/// <summary>A request as it came, taken apart; what it asks is not looked at yet.</summary>
/// <param name="Source">How the sender calls itself; it proves nothing.</param>
/// <param name="Body">What the verb needs, byte for byte as a signature covers it.</param>
/// <param name="Seal">The signature; null: none.</param>
/// <param name="IsStrict">It says <c>__protVer</c>, and keeps to the form of iot-operations-sdks in all.</param>
/// <param name="IsStreamed">It wants to hear of progress too.</param>
internal sealed record CommandRequest(
    string Topic,
    string Rack,
    string Target,
    string Verb,
    string Source,
    ReadOnlyMemory<byte> Body,
    ReadOnlyMemory<byte> Correlation,
    string? ResponseTopic,
    TimeSpan? Expiry,
    CommandSeal? Seal,
    bool IsStrict,
    bool IsStreamed
)
{
    public SealedCommand Sealed => new(Rack, Target, Verb, Body, Correlation);

    /// <summary>Where the response may go: a topic name outside of commands and of the broker's own.</summary>
    public static bool MayAnswer(string? topic) =>
        topic is { Length: > 0 and <= 512 }
        && !topic.StartsWith('$')
        && topic.AsSpan().IndexOfAny('+', '#') < 0
        && topic == SoundText.Plain(topic)
        && !topic.Contains("/command/", StringComparison.Ordinal)
        && !topic.Contains("//", StringComparison.Ordinal)
        && topic[0] != '/'
        && topic[^1] != '/';
}

/// <summary>Why a request is no command: a status, words, and the property that is wrong (empty: none).</summary>
internal sealed record Malformed(int Status, string Text, string Property = "", string? Value = null);
