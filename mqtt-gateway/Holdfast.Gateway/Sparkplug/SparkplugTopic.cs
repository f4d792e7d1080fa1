namespace Holdfast.Gateway.Sparkplug;

/// <summary>What a message is about; its name is the level of the topic.</summary>
public enum SparkplugVerb
{
    NBIRTH,
    NDATA,
    NDEATH,
    NCMD,
    DBIRTH,
    DDATA,
    DDEATH,
    DCMD,
}

/// <summary>
/// A topic of Sparkplug B (§4.1): <c>spBv1.0/group/verb/edge-node</c>, and the device where the verb is about one. An id is UTF-8
/// without <c>+</c>, <c>/</c> and <c>#</c>.
/// </summary>
/// <param name="Device">Empty: the edge node itself.</param>
public readonly record struct SparkplugTopic(string Group, SparkplugVerb Verb, string EdgeNode, string Device = "")
{
    public const string Namespace = "spBv1.0";

    private const string StatePrefix = $"{Namespace}/STATE/";

    public static bool IsValidId(string? id) =>
        id is { Length: > 0 and <= 256 } && id.AsSpan().IndexOfAny("+/#\0") < 0 && TopicIsUtf8(id);

    /// <summary>Where a host application says whether it is online.</summary>
    public static string StateOf(string host) => StatePrefix + host;

    /// <summary>The host that a STATE message is of; null: it is none.</summary>
    public static string? HostOf(string topic) =>
        topic.StartsWith(StatePrefix, StringComparison.Ordinal) && IsValidId(topic[StatePrefix.Length..])
            ? topic[StatePrefix.Length..]
            : null;

    public static SparkplugTopic? Parse(string topic)
    {
        var levels = topic.Split('/');
        if (levels.Length is not (4 or 5) || levels[0] != Namespace || !levels.Skip(1).All(IsValidId))
        {
            return null;
        }

        foreach (var verb in Enum.GetValues<SparkplugVerb>())
        {
            if (Word(verb) == levels[2])
            {
                var device = levels.Length == 5 ? levels[4] : "";
                return IsOfDevice(verb) == device.Length > 0
                    ? new SparkplugTopic(levels[1], verb, levels[3], device)
                    : null;
            }
        }

        return null;
    }

    public override string ToString() =>
        Device.Length > 0
            ? $"{Namespace}/{Group}/{Word(Verb)}/{EdgeNode}/{Device}"
            : $"{Namespace}/{Group}/{Word(Verb)}/{EdgeNode}";

    private static bool IsOfDevice(SparkplugVerb verb) => verb >= SparkplugVerb.DBIRTH;

    private static string Word(SparkplugVerb verb) =>
        verb switch
        {
            SparkplugVerb.NBIRTH => "NBIRTH",
            SparkplugVerb.NDATA => "NDATA",
            SparkplugVerb.NDEATH => "NDEATH",
            SparkplugVerb.NCMD => "NCMD",
            SparkplugVerb.DBIRTH => "DBIRTH",
            SparkplugVerb.DDATA => "DDATA",
            SparkplugVerb.DDEATH => "DDEATH",
            _ => "DCMD",
        };

    private static bool TopicIsUtf8(string id) => !id.AsSpan().ContainsAnyInRange('\ud800', '\udfff') || IsWhole(id);

    private static bool IsWhole(string id)
    {
        for (var at = 0; at < id.Length; at++)
        {
            if (char.IsSurrogate(id[at]) && !(at + 1 < id.Length && char.IsSurrogatePair(id, at++)))
            {
                return false;
            }
        }

        return true;
    }
}
