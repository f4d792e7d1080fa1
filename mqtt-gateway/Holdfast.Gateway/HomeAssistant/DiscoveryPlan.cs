namespace Holdfast.Gateway.HomeAssistant;

/// <summary>What Home Assistant is told.</summary>
/// <param name="Enabled">Off: nothing, and what was told before is taken back.</param>
public sealed record DiscoveryPlan(bool Enabled)
{
    /// <summary>Home Assistant's own setting; "homeassistant" unless somebody changed it.</summary>
    public string Prefix { get; init; } = "homeassistant";

    /// <summary>Whether nodes get buttons that switch them on and off. Sensors only unless it is asked for.</summary>
    public bool Controls { get; init; }

    /// <summary>The devices that are server nodes.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>What the safety inputs are: smoke, leak or door.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>Of the firmware.</summary>
    public string Version { get; init; } = "";
}
