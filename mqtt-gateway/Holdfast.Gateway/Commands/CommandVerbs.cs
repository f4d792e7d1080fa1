namespace Holdfast.Gateway.Commands;

/// <summary>What may be asked of a rack over MQTT, and what of it can hurt.</summary>
public static class CommandVerbs
{
    public const string FanMode = "fan-mode";
    public const string Capacity = "capacity";
    public const string TwinGet = "twin-get";
    public const string TwinSet = "twin-set";
    public const string TwinMerge = "twin-merge";

    /// <summary>The target that stands for all nodes, and for the rack's own twin. No device may have that name.</summary>
    public const string WholeRack = "rack";

    private static readonly string[] Node = ["on", "off", "wake", "cycle", "maintain", "release"];

    public static IReadOnlyList<string> All { get; } = [.. Node, FanMode, Capacity, TwinGet, TwinSet, TwinMerge];

    public static bool IsTwin(string verb) => verb is TwinGet or TwinSet or TwinMerge;

    /// <summary>
    /// Whether it can stop work that runs, or endanger people or hardware. What it means for a twin is judged by the commands that follow from it.
    /// </summary>
    /// <param name="isNode">Whether a target is a single node; maintenance of more than one is what takes a rack out of service.</param>
    public static bool CanHurt(GatewayCommand command, Func<string, bool> isNode) =>
        command.Verb switch
        {
            "off" or "cycle" => true,
            "maintain" or "release" => !isNode(command.Target),
            // A fixed duty may be below what the thermal loop would choose.
            FanMode => command.Mode == "fixed",
            _ => false,
        };
}
