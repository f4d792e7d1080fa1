namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>Who the edge node is and what it does.</summary>
/// <param name="Group">The site.</param>
/// <param name="EdgeNode">The rack; its devices are nodes, zones, meters and sensors.</param>
public sealed record SparkplugPlan(string Group, string EdgeNode)
{
    /// <summary>The host application without which nothing is sent; null: there is no such.</summary>
    public string? PrimaryHost { get; init; }

    /// <summary>Whether hosts may switch nodes and fans. Off: nothing is writable, and no DCMD is subscribed to.</summary>
    public bool Commands { get; init; }

    /// <summary>The devices that are server nodes.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>The devices that are zones.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Of the firmware.</summary>
    public string Version { get; init; } = "";
}
