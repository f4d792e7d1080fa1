namespace Holdfast.Mqtt;

/// <summary>The rules for what is subscribed to, and which topic names it takes in (MQTT 5.0 §4.7).</summary>
public static class TopicFilter
{
    internal const string SharePrefix = "$share/";

    /// <summary>
    /// One character or more [MQTT-4.7.3-1]; "#" only alone in the last level [MQTT-4.7.1-1]; "+" only alone in a level
    /// [MQTT-4.7.1-2]; a shared subscription's group not empty and without wildcards [MQTT-4.8.2-1], [MQTT-4.8.2-2].
    /// </summary>
    public static bool IsValid(string? filter)
    {
        if (string.IsNullOrEmpty(filter) || !Packets.Utf8Rules.IsValid(filter))
        {
            return false;
        }

        return IsShared(filter) ? IsValidShared(filter) : HasValidWildcards(filter);
    }

    /// <summary>Whether it asks for a shared subscription (MQTT 5.0 §4.8.2).</summary>
    public static bool IsShared(string filter) => filter.StartsWith(SharePrefix, StringComparison.Ordinal);

    /// <summary>Whether a valid filter takes in a valid topic name.</summary>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> topic)
    {
        // [MQTT-4.7.2-1]: a wildcard in the first level takes in no topic that starts with "$".
        if (topic.StartsWith('$') && filter.Length > 0 && filter[0] is '+' or '#')
        {
            return false;
        }

        while (true)
        {
            var wanted = NextLevel(ref filter, out var filterEnds);
            if (wanted is "#")
            {
                return true;
            }

            var level = NextLevel(ref topic, out var topicEnds);
            if (wanted is not "+" && !wanted.SequenceEqual(level))
            {
                return false;
            }

            if (topicEnds)
            {
                // "sport/#" takes in "sport" too (MQTT 5.0 §4.7.1.2).
                return filterEnds || filter is "#";
            }

            if (filterEnds)
            {
                return false;
            }
        }
    }

    internal static ReadOnlySpan<char> NextLevel(ref ReadOnlySpan<char> rest, out bool ends)
    {
        var slash = rest.IndexOf('/');
        ends = slash < 0;
        var level = ends ? rest : rest[..slash];
        rest = ends ? [] : rest[(slash + 1)..];
        return level;
    }

    private static bool IsValidShared(string filter)
    {
        var rest = filter.AsSpan(SharePrefix.Length);
        var group = NextLevel(ref rest, out var ends);
        return !ends
            && group.Length > 0
            && group.IndexOfAny('+', '#') < 0
            && rest.Length > 0
            && HasValidWildcards(rest);
    }

    private static bool HasValidWildcards(ReadOnlySpan<char> filter)
    {
        while (true)
        {
            var level = NextLevel(ref filter, out var ends);
            var valid = level.IndexOfAny('+', '#') < 0 || level is "+" || (level is "#" && ends);
            if (!valid || ends)
            {
                return valid;
            }
        }
    }
}
