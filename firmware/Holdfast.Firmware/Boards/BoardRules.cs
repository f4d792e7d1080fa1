using System.Globalization;

namespace Holdfast.Firmware.Boards;

/// <summary>What must hold between the parts of a board: no name twice, no device on two nodes, limits that make sense.</summary>
internal sealed class BoardRules(JsonNode board, List<BoardProblem> problems)
{
    public void Check()
    {
        CheckNames();
        CheckZones();
        CheckThermal();
        CheckNodes();
        CheckPower();
        CheckChannels();
        CheckUnits();
    }

    private IEnumerable<JsonNode> List(string name) => board[name]?.Items ?? [];

    private void CheckNames()
    {
        Unique(List("nodes"), n => n["name"], "node name");
        Unique(List("zones"), n => n["name"], "zone name");
        string[] sensors = ["sensors", "fans", "meters", "safety", "pumps"];
        Unique(sensors.SelectMany(List), n => n["name"], "name");
    }

    private void CheckZones()
    {
        var zones = List("zones").Select(zone => zone["name"]!.Text).ToHashSet(StringComparer.Ordinal);
        string[] users = ["sensors", "fans", "safety", "pumps", "nodes"];
        foreach (
            var zone in users.SelectMany(List).Select(user => user["zone"]!).Where(zone => !zones.Contains(zone.Text))
        )
        {
            problems.Add(zone.Problem($"there is no zone \"{zone.Text}\"", $"Use one of: {string.Join(", ", zones)}"));
        }

        foreach (var zone in List("zones"))
        {
            foreach (var needed in new[] { "sensors", "fans" })
            {
                if (!List(needed).Any(user => user["zone"]!.Text == zone["name"]!.Text))
                {
                    problems.Add(
                        zone.Problem(
                            $"{zone["name"]!.Text} has no {needed}",
                            $"Add one to \"{needed}\", or remove the zone"
                        )
                    );
                }
            }
        }
    }

    private void CheckThermal()
    {
        foreach (var zone in List("zones"))
        {
            Rising(zone, "target_c", "full_c");
            Rising(zone, "full_c", "critical_c");
            Rising(zone, "resume_c", "full_c");
        }

        if (
            board["power"] is { } power
            && power["shed_below_pct"] is not null
            && power["restore_above_pct"] is not null
        )
        {
            Rising(power, "shed_below_pct", "restore_above_pct");
        }
    }

    private void CheckNodes()
    {
        Unique(List("nodes"), n => n["bmc"]?["address"], "BMC address");
        Unique(List("nodes"), n => n["wake"]?["mac"], "MAC address");
        Unique(List("nodes"), n => n["presence"]?["tcp"], "presence address");
        foreach (var wake in List("nodes").Select(n => n["wake"]).OfType<JsonNode>())
        {
            if (wake["address"] is null == wake["interface"] is null)
            {
                problems.Add(wake.Problem("a magic packet needs one way", "Give either \"address\" or \"interface\""));
            }
        }
    }

    private void CheckPower()
    {
        var budget = board["power"]!["budget_w"]!;
        var inrush = board["power"]!["inrush_w"]!;
        foreach (var node in List("nodes"))
        {
            var draw = node["power_max_w"]!.Number + (node["inrush_w"]?.Number ?? 0);
            if (draw > budget.Number)
            {
                problems.Add(
                    node["power_max_w"]!.Problem(
                        $"{node["name"]!.Text} needs {draw:0} W to start, more than the budget of {budget.Text} W",
                        "It could never start: raise the budget or correct the node"
                    )
                );
            }

            if (node["inrush_w"] is { } own && own.Number > inrush.Number)
            {
                problems.Add(
                    own.Problem(
                        $"{node["name"]!.Text} has an inrush above the rack's {inrush.Text} W",
                        "It could never start: raise \"inrush_w\" of the power or correct the node"
                    )
                );
            }
        }
    }

    private void CheckChannels()
    {
        Unique(List("sensors"), s => s["channel"], "channel", s => s["chip"]!.Text + "/");
        Unique(List("fans"), s => s["channel"], "channel", s => s["chip"]!.Text + "/");
        Unique(List("meters"), s => s["channel"], "channel", s => s["chip"]!.Text + "/");
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

    private void Rising(JsonNode node, string lower, string upper)
    {
        if (node[lower]!.Number >= node[upper]!.Number)
        {
            problems.Add(
                node[lower]!.Problem(
                    $"\"{lower}\" ({node[lower]!.Text}) is not below \"{upper}\" ({node[upper]!.Text})",
                    "Correct one of them"
                )
            );
        }
    }

    private void Unique(
        IEnumerable<JsonNode> entries,
        Func<JsonNode, JsonNode?> key,
        string what,
        Func<JsonNode, string>? scope = null
    )
    {
        var seen = new Dictionary<string, JsonNode>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (key(entry) is { } value && !seen.TryAdd(scope?.Invoke(entry) + value.Text, entry))
            {
                var first = seen[scope?.Invoke(entry) + value.Text];
                var line = first.Line.ToString(CultureInfo.InvariantCulture);
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
