using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Core;

/// <summary>
/// The rule for every name in a rack: 1 to 63 characters, lower-case letters, digits and inner hyphens (a DNS label,
/// RFC 1123 §2.1), so that it stands unescaped in a topic, an address, a file name and a table.
/// </summary>
public static class Name
{
    public const int LengthMax = 63;

    public const string Rule = "1 to 63 lower-case letters, digits and hyphens, not starting or ending with a hyphen";

    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > LengthMax || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        return text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
    }

    /// <exception cref="FormatException">The text is not a valid name.</exception>
    internal static string Require(string text, string kind) =>
        IsValid(text) ? text : throw new FormatException($"'{text}' is not a valid {kind} name: {Rule}");
}
