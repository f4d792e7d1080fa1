namespace Holdfast.Mqtt.Broker.Access;

/// <summary>Topic patterns of access rules.</summary>
internal static class TopicPattern
{
    /// <summary>
    /// The filter that a pattern means for a client; null: none, since its name has characters that would change what the pattern means.
    /// </summary>
    public static string? For(string pattern, string? user, string clientId)
    {
        if (pattern.Contains("%u", StringComparison.Ordinal))
        {
            if (user is null || !IsOneLevel(user))
            {
                return null;
            }

            pattern = pattern.Replace("%u", user, StringComparison.Ordinal);
        }

        if (pattern.Contains("%c", StringComparison.Ordinal))
        {
            if (!IsOneLevel(clientId))
            {
                return null;
            }

            pattern = pattern.Replace("%c", clientId, StringComparison.Ordinal);
        }

        return pattern;
    }

    /// <summary>Whether every topic that the filter takes in is taken in by the pattern.</summary>
    public static bool Covers(ReadOnlySpan<char> pattern, ReadOnlySpan<char> filter)
    {
        // A wildcard in the first level takes in no topic that starts with "$" [MQTT-4.7.2-1].
        if (filter.StartsWith('$') && pattern.Length > 0 && pattern[0] is '+' or '#')
        {
            return false;
        }

        while (true)
        {
            var wide = TopicFilter.NextLevel(ref pattern, out var patternEnds);
            if (wide is "#")
            {
                return true;
            }

            var narrow = TopicFilter.NextLevel(ref filter, out var filterEnds);
            if (narrow is "#" || (wide is not "+" && !wide.SequenceEqual(narrow)))
            {
                return false;
            }

            if (filterEnds || patternEnds)
            {
                // "a/#" takes in "a" too.
                return filterEnds && (patternEnds || pattern is "#");
            }
        }
    }

    /// <summary>Whether a "*" pattern takes in a text.</summary>
    public static bool IsLike(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (at, star, retry) = (0, -1, 0);
        var p = 0;
        while (at < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, retry) = (p++, at);
            }
            else if (p < pattern.Length && pattern[p] == text[at])
            {
                p++;
                at++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                at = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool IsOneLevel(string name) => name.AsSpan().IndexOfAny('+', '#', '/') < 0 && name.Length > 0;
}
