using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Firmware.Boards;
using Holdfast.Gateway.Bridge;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>What <c>holdfast mqtt bridge</c> is told by its file (docs/mqtt.md). Unknown members are refused.</summary>
internal sealed record BridgeFile
{
    private const int LengthMax = 256 * 1024;

    public required string Id { get; set; }

    /// <summary>Where the outbox is; as all files, beside this one unless it says otherwise.</summary>
    public required string Data { get; set; }

    public required BridgePeer Local { get; set; }

    public required IReadOnlyList<BridgePeer> Upstream { get; set; }

    public UplinkMode Mode { get; set; }

    public IReadOnlyList<BridgeRule> Up { get; set; } = [];

    public IReadOnlyList<BridgeRule> Down { get; set; } = [];

    public int BudgetMb { get; set; } = 2048;

    /// <summary>Where records of gaps are told upstream.</summary>
    public string? GapTopic { get; set; }

    [JsonIgnore]
    public string GapTopicOrDefault => GapTopic ?? $"bridge/{Id}/gap";

    [JsonIgnore]
    public BridgePlan Plan =>
        new(
            Id,
            [.. Up.Select(rule => new UpRule(rule.Filter, rule.Class, rule.Remove, rule.Add))],
            [.. Down.Select(rule => new DownRule(rule.Filter, rule.Remove, rule.Add))]
        );

    /// <summary>The file; or null, and in words what is wrong with it.</summary>
    public static BridgeFile? Load(string path, List<string> problems)
    {
        var (bytes, problem) = BoundedFile.Read(path, LengthMax);
        if (bytes is null)
        {
            problems.Add(problem);
            return null;
        }

        try
        {
            var file = JsonSerializer.Deserialize(bytes, BridgeJson.Default.BridgeFile);
            if (file is null)
            {
                problems.Add("it is empty");
                return null;
            }

            problems.AddRange(file.Problems());
            return problems.Count == 0 ? file : null;
        }
        catch (JsonException e)
        {
            var where = e.LineNumber is { } line ? $"line {line + 1}: " : "";
            problems.Add(where + InWords(e.Message.Split(" Path:")[0]));
            return null;
        }
    }

    /// <summary>A member that nobody knows is most often a slip of the pen: it deserves a sentence of its own.</summary>
    private static string InWords(string message) =>
        message.StartsWith("The JSON property '", StringComparison.Ordinal)
            ? $"there is no member \"{message.Split('\'')[1]}\""
            : message.TrimEnd('.');

    private IEnumerable<string> Problems()
    {
        if (
            Id is not { Length: > 0 and <= MessageIdentity.StreamLengthMax }
            || !TopicName.IsValid(Id)
            || Id.Contains('/', StringComparison.Ordinal)
        )
        {
            yield return "\"id\" must be a name of 1 to 64 characters without / + #: it is noted in every message that passes";
        }

        if (Upstream.Count is 0 or > 8)
        {
            yield return "\"upstream\" needs 1 to 8 brokers";
        }

        foreach (var peer in Upstream.Prepend(Local))
        {
            foreach (var problem in peer.Problems())
            {
                yield return problem;
            }
        }

        var names = Upstream.Select(peer => peer.NameOrHost).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            yield return "two of \"upstream\" have the same name: give each a \"name\" of its own";
        }

        if (Up.Count + Down.Count == 0)
        {
            yield return "there is neither \"up\" nor \"down\": nothing would be carried";
        }

        foreach (var rule in Up.Concat(Down).Where(rule => !TopicFilter.IsValid(rule.Filter)))
        {
            yield return $"\"{rule.Filter}\" is no topic filter: + stands for a whole level, # only at the end";
        }

        if (BudgetMb is < 64 or > 1_000_000)
        {
            yield return "\"budget_mb\" must be 64 to 1000000";
        }

        if (!TopicName.IsValid(GapTopicOrDefault))
        {
            yield return "\"gap_topic\" must be a topic, without + and #";
        }
    }
}

internal sealed record BridgeRule
{
    public required string Filter { get; set; }

    /// <summary>Of the way up.</summary>
    public MessageClass Class { get; set; } = MessageClass.Metric;

    public string Remove { get; set; } = "";

    public string Add { get; set; } = "";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true
)]
[JsonSerializable(typeof(BridgeFile))]
internal sealed partial class BridgeJson : JsonSerializerContext;
