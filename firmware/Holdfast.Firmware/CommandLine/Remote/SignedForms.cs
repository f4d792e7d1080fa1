using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Gateway.Commands.Access;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>A signed command, in the forms in which other programs send it.</summary>
internal static class SignedForms
{
    /// <summary>Of mosquitto_pub and mosquitto_rr, for a shell: no character in them has a meaning there but those in the quotes.</summary>
    public static string Arguments(SealedCommand command, CommandSeal seal)
    {
        var properties = seal.Properties.Select(p => $"-D publish user-property {p.Key} '{p.Value}'");
        var body = Encoding.UTF8.GetString(command.Body.Span).Replace("'", "'\\''", StringComparison.Ordinal);
        return string.Join(
            " \\\n  ",
            properties
                .Prepend($"-D publish correlation-data {Encoding.ASCII.GetString(command.Correlation.Span)}")
                .Prepend($"-V 5 -q 1 -t {TopicOf(command)} -m '{body}'")
        );
    }

    public static string Json(SealedCommand command, CommandSeal seal) =>
        new JsonObject
        {
            ["topic"] = TopicOf(command),
            ["payload"] = Encoding.UTF8.GetString(command.Body.Span),
            ["correlation_data"] = Encoding.ASCII.GetString(command.Correlation.Span),
            ["user_properties"] = Auth(seal),
        }.ToJsonString(RelaxedJson.Options);

    /// <summary>The body's text goes in as it was signed.</summary>
    public static string Envelope(SealedCommand command, CommandSeal seal)
    {
        var body = command.Body.IsEmpty ? "null" : Encoding.UTF8.GetString(command.Body.Span).Trim();
        return $$"""{"body":{{body}},"correlation":"{{Convert.ToHexStringLower(command.Correlation.Span)}}","auth":{{Auth(seal).ToJsonString(RelaxedJson.Options)}}}""";
    }

    private static JsonObject Auth(CommandSeal seal) =>
        new(seal.Properties.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value)));

    private static string TopicOf(SealedCommand command) =>
        $"rack/{command.Rack}/{command.Target}/command/{command.Verb}";
}
