using System.Text.Json;

namespace Holdfast.Firmware.Http;

/// <summary>Values as the API writes and reads them: the exact word in snake case, nothing that only resembles it.</summary>
internal static class ApiWords
{
    public static string Of(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Unlike <see cref="Enum.TryParse{TEnum}(string, out TEnum)"/> it takes no numbers, no lists and no spaces.</summary>
    public static bool TryParse<TEnum>(string? word, out TEnum value)
        where TEnum : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<TEnum>())
        {
            if (Of(candidate) == word)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}
