using System.Collections.Immutable;

namespace Holdfast.Rack;

/// <summary>What must survive a restart. Immutable; the shell stores it whenever it changed, before it acts.</summary>
/// <param name="Nodes">What is wanted of each node, by name.</param>
/// <param name="Zones">The fan mode of each zone, by name.</param>
public sealed record RackMemory(
    ImmutableSortedDictionary<string, NodeMemory> Nodes,
    ImmutableSortedDictionary<string, ZoneMemory> Zones
)
{
    public static RackMemory Empty { get; } =
        new(ImmutableSortedDictionary<string, NodeMemory>.Empty, ImmutableSortedDictionary<string, ZoneMemory>.Empty);
}

/// <param name="Wanted">On, off, or null: as it is.</param>
/// <param name="Maintenance">In a technician's hands.</param>
/// <param name="Facts">What was discovered about it; null: nothing yet.</param>
public sealed record NodeMemory(bool? Wanted, bool Maintenance, NodeFacts? Facts);

/// <param name="DutyPercent">With <see cref="FanMode.Fixed"/>.</param>
public sealed record ZoneMemory(FanMode FanMode, double DutyPercent);

/// <summary>What a node's BMC says about itself; empty text where it says nothing.</summary>
/// <param name="SystemId">The system GUID (IPMI 2.0 §22.14): another one is another machine.</param>
public sealed record NodeFacts(string Manufacturer, string Product, string Firmware, string SystemId);
