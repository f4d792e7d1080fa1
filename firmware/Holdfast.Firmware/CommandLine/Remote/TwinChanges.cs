using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>Makes a merge patch (RFC 7396) of what a person writes: <c>power=on labels.owner=ana</c>, or the patch itself.</summary>
internal static class TwinChanges
{
    /// <exception cref="RemoteException">It is neither.</exception>
    public static JsonObject PatchOf(IReadOnlyList<string> changes)
    {
        if (changes is [['{', ..] text])
        {
            try
            {
                return (JsonObject)JsonNode.Parse(text)!;
            }
            catch (JsonException)
            {
                throw new RemoteException($"'{text}' is no JSON object", ExitCode.Usage);
            }
        }

        var patch = new JsonObject();
        foreach (var change in changes)
        {
            Put(patch, change);
        }

        return patch;
    }

    private static void Put(JsonObject patch, string change)
    {
        var at = change.IndexOf('=', StringComparison.Ordinal);
        var names = at > 0 ? change[..at].Split('.') : [];
        if (names.Length == 0 || names.Any(name => name.Length == 0))
        {
            throw new RemoteException($"'{change}' is no change: write NAME=VALUE, as power=on", ExitCode.Usage);
        }

        foreach (var name in names[..^1])
        {
            if (patch[name] is not JsonObject inner)
            {
                patch[name] = inner = [];
            }

            patch = inner;
        }

        patch[names[^1]] = ValueOf(change[(at + 1)..]);
    }

    /// <summary>true, false, null, numbers and JSON are what they are; all else is text.</summary>
    private static JsonNode? ValueOf(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
