using System.Globalization;

namespace Holdfast.Firmware.Boards;

/// <summary>What must hold between the parts of a board: zones that there are, limits that make sense. See <see cref="UniqueRules"/> too.</summary>
internal sealed class BoardRules(JsonNode board, List<BoardProblem> problems)
{
    public void Check()
    {
        new UniqueRules(board, problems).Check();
        CheckZones();
        CheckThermal();
        CheckWakes();
        CheckPower();
        CheckBattery();
        CheckBroker();
    }

    private IEnumerable<JsonNode> List(string name) => board[name]?.Items ?? [];

    private void CheckZones()
    {
        var zones = List("zones").Select(zone => zone["name"]!.Text).ToHashSet(StringComparer.Ordinal);
        string[] users = ["sensors", "fans", "safety", "pumps", "nodes"];
        foreach (
            var zone in users.SelectMany(List).Select(user => user["zone"]!).Where(zone => !zones.Contains(zone.Text))
        )
        {
            var closest = SchemaCheck.Closest(zone.Text, zones);
            problems.Add(
                zone.Problem(
                    $"there is no zone \"{zone.Text}\"",
                    closest is null ? $"Use one of: {string.Join(", ", zones)}" : $"Did you mean \"{closest}\"?"
                )
            );
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
            if (zone["failsafe_duty_pct"]!.Number < zone["min_duty_pct"]!.Number)
            {
                problems.Add(
                    zone["failsafe_duty_pct"]!.Problem(
                        "\"failsafe_duty_pct\" is below \"min_duty_pct\"",
                        "Fans that stand still are not safe: raise it"
                    )
                );
            }
        }
    }

    private void CheckBattery()
    {
        var power = board["power"]!;
        var below = power["shed_below_pct"]?.Number ?? BoardReader.ShedBelowDefault;
        var above = power["restore_above_pct"]?.Number ?? BoardReader.RestoreAboveDefault;
        if (below >= above)
        {
            var (lower, upper) = (
                below.ToString(CultureInfo.InvariantCulture),
                above.ToString(CultureInfo.InvariantCulture)
            );
            problems.Add(
                (power["shed_below_pct"] ?? power["restore_above_pct"]!).Problem(
                    $"\"shed_below_pct\" ({lower}) is not below \"restore_above_pct\" ({upper})",
                    "Correct one of them, or nodes would stop and start in turn"
                )
            );
        }
    }

    private void CheckBroker()
    {
        if (board["mqtt"] is not { } mqtt)
        {
            return;
        }

        (string Key, string Needs, string Why)[] pairs =
        [
            ("key_file", "certificate_file", "a key alone proves nothing"),
            ("password_file", "user", "a password belongs to a user"),
        ];
        foreach (var (key, needs, why) in pairs)
        {
            if (mqtt[key] is { } alone && mqtt[needs] is null)
            {
                problems.Add(alone.Problem($"there is \"{key}\" but no \"{needs}\": {why}", $"Add \"{needs}\""));
            }
        }
    }

    private void CheckWakes()
    {
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
        var standby = List("nodes").Sum(StandbyOf);
        foreach (var node in List("nodes"))
        {
            var others = standby - StandbyOf(node);
            var draw = node["power_max_w"]!.Number + (node["inrush_w"]?.Number ?? 0);
            if (draw + others > budget.Number)
            {
                var beside = others > 0 ? $" beside {others:0} W standby of the others" : "";
                problems.Add(
                    node["power_max_w"]!.Problem(
                        $"{node["name"]!.Text} needs {draw:0} W to start{beside}, more than the budget of {budget.Text} W",
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

    private static double StandbyOf(JsonNode node) => node["standby_w"]?.Number ?? BoardReader.StandbyDefault;

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
}
