using System.Text.Json.Nodes;
using Holdfast.Gateway.Commands;

namespace Holdfast.Gateway.Twin;

/// <summary>
/// What a desired document may say, and the commands that follow from what changes in it. Pure.
/// <list type="table">
/// <item>a node: <c>power</c> "on" or "off", <c>maintenance</c> true or false</item>
/// <item>the rack: <c>maintenance</c>, <c>zones</c>: by name <c>fans</c> "auto", "full" or a fixed duty, 0 to 100 %</item>
/// <item>both: <c>labels</c>, whatever a person wants to note</item>
/// </list>
/// </summary>
public static class TwinCommands
{
    /// <summary>The commands that follow from a change of a twin; none for other commands.</summary>
    /// <param name="command">twin-set or twin-merge; of the latter all that may follow.</param>
    public static (IReadOnlyList<GatewayCommand> Commands, string Problem) Of(GatewayCommand command) =>
        command.Verb switch
        {
            CommandVerbs.TwinSet => TwinJson.Parse(command.Document) is JsonObject patch
                ? Of(command, patch)
                : ([], "patch must be a JSON object in which no member stands twice, at most 8 deep"),
            CommandVerbs.TwinMerge => TwinJson.Properties(command.Document) is { } properties
                ? Of(command, properties.Document())
                : ([], "properties must be an array of {\"path\",\"value\",\"time\",\"by\"}, at most 256"),
            _ => ([], ""),
        };

    /// <summary>The commands that make of what changed what is desired; release first, maintain last.</summary>
    /// <param name="change">A document with what changed, as a patch.</param>
    internal static (IReadOnlyList<GatewayCommand> Commands, string Problem) Of(GatewayCommand cause, JsonObject change)
    {
        var isRack = cause.Target == CommandVerbs.WholeRack;
        var commands = new List<(int Order, GatewayCommand Command)>();
        foreach (var (name, value) in change)
        {
            switch (name, value)
            {
                case ("labels", null or JsonObject):
                case ("power", null) when !isRack:
                case ("maintenance", null):
                case ("zones", null) when isRack:
                    break;
                case ("power", JsonValue power) when !isRack && Text(power) is "on" or "off":
                    commands.Add((1, Derived(cause, Text(power)!)));
                    break;
                case ("maintenance", JsonValue hands) when hands.TryGetValue<bool>(out var inHands):
                    commands.Add((inHands ? 3 : 0, Derived(cause, inHands ? "maintain" : "release")));
                    break;
                case ("zones", JsonObject zones) when isRack:
                    foreach (var (zone, wanted) in zones)
                    {
                        var (fans, problem) = Fans(cause, zone, wanted);
                        if (problem.Length > 0)
                        {
                            return ([], problem);
                        }

                        if (fans is not null)
                        {
                            commands.Add((2, fans));
                        }
                    }

                    break;
                default:
                    return ([], Problem(name, isRack));
            }
        }

        return (
            [
                .. commands
                    .OrderBy(each => each.Order)
                    .Select((each, index) => each.Command with { Id = $"{cause.Id}-{index}" }),
            ],
            ""
        );
    }

    private static (GatewayCommand? Command, string Problem) Fans(GatewayCommand cause, string zone, JsonNode? wanted)
    {
        if (!Name.IsValid(zone))
        {
            return (null, $"\"{zone}\" is no zone's name");
        }

        if (wanted is null)
        {
            return (null, "");
        }

        if (wanted is not JsonObject members || members.Any(member => member.Key != "fans"))
        {
            return (null, "a zone of a twin has \"fans\" only");
        }

        var (mode, duty) = members["fans"] switch
        {
            JsonValue value when Text(value) is "auto" or "full" => (Text(value)!, 100),
            JsonValue value when value.TryGetValue<double>(out var percent) && percent is >= 0 and <= 100 => (
                "fixed",
                percent
            ),
            null => ("", 0),
            _ => ("?", 0),
        };
        return mode switch
        {
            "?" => (null, $"the fans of {zone} must be \"auto\", \"full\" or a duty of 0 to 100"),
            "" => (null, ""),
            _ => (Derived(cause, CommandVerbs.FanMode) with { Target = zone, Mode = mode, DutyPercent = duty }, ""),
        };
    }

    private static GatewayCommand Derived(GatewayCommand cause, string verb) =>
        cause with
        {
            Verb = verb,
            Document = "",
            ExpectedVersion = null,
        };

    private static string? Text(JsonValue value) => value.TryGetValue<string>(out var text) ? text : null;

    private static string Problem(string name, bool isRack) =>
        (name, isRack) switch
        {
            ("power", false) => "power must be \"on\" or \"off\"",
            ("maintenance", _) => "maintenance must be true or false",
            ("labels", _) => "labels must be an object",
            ("zones", true) => "zones must be an object",
            (_, true) => $"the rack's twin has no \"{name}\": maintenance, zones and labels are what there is",
            _ => $"a node's twin has no \"{name}\": power, maintenance and labels are what there is",
        };
}
