using System.Collections.Immutable;
using System.Net;

namespace Holdfast.Hil;

/// <summary>
/// What the simulated container is made of: its physics, and where its devices are reached. Every name must be unique in
/// its kind, and every zone that is referred to must be in <see cref="Zones"/>.
/// </summary>
public sealed record ContainerPlan
{
    /// <summary>In the order in which they stand side by side: neighbours exchange heat.</summary>
    public required ImmutableArray<ContainerZone> Zones { get; init; }

    public required ImmutableArray<ContainerNode> Nodes { get; init; }

    public ImmutableArray<ContainerFan> Fans { get; init; } = [];

    public ImmutableArray<ContainerSensor> Temperatures { get; init; } = [];

    public ImmutableArray<ContainerMeter> Meters { get; init; } = [];

    public ImmutableArray<ContainerInput> Inputs { get; init; } = [];

    public ImmutableArray<ContainerPump> Pumps { get; init; } = [];

    public ContainerEnergy Energy { get; init; } = new();

    /// <summary>The battery as the kernel shows it; null: the board sees none.</summary>
    public ContainerUps? Ups { get; init; }

    /// <summary>Where magic packets arrive; null: no listener. Port 0: chosen by the system.</summary>
    public IPEndPoint? WakeListener { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>The hour of the day at which the simulation starts, 0 to 24.</summary>
    public double StartHour { get; init; } = 8;

    /// <summary>
    /// A Tier-S container for tests: four zones of four nodes, two fans and two temperature sensors, with grid, sun and
    /// battery. Every endpoint is on the loopback with a port that the system chooses.
    /// </summary>
    public static ContainerPlan Default() => TierSContainer.Build();
}
