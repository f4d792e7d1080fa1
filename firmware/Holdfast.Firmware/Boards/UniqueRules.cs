using System.Globalization;

namespace Holdfast.Firmware.Boards;

/// <summary>What may be there only once: a name, a device, a channel, a line, a rack unit.</summary>
internal sealed class UniqueRules(JsonNode board, List<BoardProblem> problems)
{
    private static readonly string[] Reserved = ["controller", "power", "rack", "twin"];

    public void Check()
    {
        CheckNames();
        CheckDevices();
        CheckChannels();
        CheckUnits();
    }

    private IEnumerable<JsonNode> List(string name) => board[name]?.Items ?? [];

    /// <summary>All share one name space: a name is a level of a topic and the subject of an event.</summary>
    private void CheckNames()
    {
        string[] lists = ["zones", "sensors", "fans", "meters", "safety", "pumps", "nodes"];
        IEnumerable<JsonNode> ups = board["ups"] is { } one ? [one] : [];
        var named = lists.SelectMany(List).Concat(ups).ToList();
        Unique(named, n => n["name"], "name");
        foreach (var name in named.Select(n => n["name"]!).Where(name => Reserved.Contains(name.Text)))
        {
            problems.Add(
                name.Problem($"\"{name.Text}\" is the name of a topic of the rack's own", "Choose another name")
            );
        }
    }

    private void CheckDevices()
    {
        Unique(List("nodes"), n => n["bmc"]?["address"], "BMC address", Endpoints.Normal);
        Unique(List("nodes"), n => n["wake"]?["mac"], "MAC address", mac => mac.Replace('-', ':'));
        Unique(List("nodes"), n => n["presence"]?["tcp"], "presence address", Endpoints.Normal);
    }

    private void CheckChannels()
    {
        Func<JsonNode, string> ofChip = entry => entry["chip"]!.Text;
        Unique(List("sensors"), s => s["channel"], "channel", scope: ofChip);
        Unique(List("fans"), s => s["channel"], "channel", scope: ofChip);
        Unique(List("meters"), s => s["channel"], "channel", scope: ofChip);
        Unique(List("safety").Concat(List("pumps")), s => s["line"], "GPIO line");
    }

    private void CheckUnits()
    {
        var taken = new Dictionary<int, string>();
        foreach (var node in List("nodes"))
        {
            var lowest = (int)node["rack_unit"]!.Number;
            for (var unit = lowest; unit < lowest + (int)(node["height"]?.Number ?? 1); unit++)
            {
                if (!taken.TryAdd(unit, node["name"]!.Text))
                {
                    problems.Add(
                        node["rack_unit"]!.Problem(
                            $"{node["name"]!.Text} and {taken[unit]} both fill rack unit {unit}",
                            "Correct \"rack_unit\" or \"height\""
                        )
                    );
                    break;
                }
            }
        }
    }

    private void Unique(
        IEnumerable<JsonNode> entries,
        Func<JsonNode, JsonNode?> key,
        string what,
        Func<string, string>? normal = null,
        Func<JsonNode, string>? scope = null
    )
    {
        var seen = new Dictionary<(string? Scope, string Value), JsonNode>();
        foreach (var entry in entries)
        {
            if (key(entry) is not { } value)
            {
                continue;
            }

            var text = (normal?.Invoke(value.Text) ?? value.Text).ToUpperInvariant();
            if (!seen.TryAdd((scope?.Invoke(entry), text), entry))
            {
                var first = seen[(scope?.Invoke(entry), text)];
                var line = key(first)!.Line.ToString(CultureInfo.InvariantCulture);
                problems.Add(
                    value.Problem(
                        $"the {what} {value.Text} is used twice, first by {first["name"]!.Text} in line {line}",
                        "Give each its own"
                    )
                );
            }
        }
    }
}
