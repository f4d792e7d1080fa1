namespace Holdfast.Gateway.Topics;

/// <summary>
/// To which device what is told belongs: what a node's BMC measures is named <c>{node}-…</c> and belongs to the node, what is told of
/// "power" to the rack itself; all else is a device of its own.
/// </summary>
public sealed class RackTree(IEnumerable<string> nodes)
{
    /// <summary>The rack itself.</summary>
    public const string Rack = "";

    /// <summary>The longest first: node-1 is not the owner of what node-1-a measures.</summary>
    private readonly string[] nodes = [.. nodes.OrderByDescending(node => node.Length)];

    /// <summary>The owner of a telemetry's device, and what the device is called in it; empty: it is the owner.</summary>
    public (string Owner, string Part) Place(string device)
    {
        if (device == "power")
        {
            return (Rack, device);
        }

        var owner = Array.Find(
            nodes,
            node =>
                device.StartsWith(node, StringComparison.Ordinal)
                && (device.Length == node.Length || device[node.Length] == '-')
        );
        return owner is null ? (device, "")
            : device.Length == owner.Length ? (owner, "")
            : (owner, device[(owner.Length + 1)..]);
    }
}
