namespace Holdfast.Hil;

/// <summary>
/// The physics of a Tier-S container: nodes that draw power and heat their zone, fans that cool it with outside air, and
/// the grid, sun and battery that feed it all. Pure and synchronous; the same plan, seed, steps and commands give the same
/// history, bit for bit. A step allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// <para>True values are what physics has; <i>sensed</i> values (Sense…) are what the devices show, faults included. What a
/// controller may see is sensed; what a test judges by is true.</para>
/// <para>When the container goes dark every node loses its power, and stays off when power comes back.</para>
/// </remarks>
public sealed partial class ContainerModel
{
    /// <summary>How late a BMC with the fault <see cref="FaultKind.BmcSlow"/> answers.</summary>
    public static readonly TimeSpan SlowBmcDelay = TimeSpan.FromSeconds(2.5);

    /// <summary>The longest step; more at once means that the caller has lost its clock.</summary>
    public static readonly TimeSpan StepMax = TimeSpan.FromDays(1);

    // Nodes change state and fans spin up within seconds: longer steps are taken in pieces of this.
    private const double PieceSecondsMax = 2;

    private readonly ContainerIndex index;
    private readonly Machine[] machines;
    private readonly CoolingFan[] fans;
    private readonly bool[] pumps;
    private readonly ThermalZone[] zones;
    private readonly double[] airBefore;
    private readonly Climate climate;
    private readonly EnergySystem energy;
    private readonly FaultTimeline faults;
    private readonly SensedChannel[] channels;

    /// <summary>A container with the seed of its plan.</summary>
    /// <exception cref="ArgumentException">The plan names a part twice, or a zone that it does not have.</exception>
    public ContainerModel(ContainerPlan plan)
        : this(plan, plan.Seed) { }

    /// <summary>A container whose weather, load, boot times and sensor errors follow from the seed.</summary>
    /// <exception cref="ArgumentException">The plan names a part twice, or a zone that it does not have.</exception>
    public ContainerModel(ContainerPlan plan, ulong seed)
    {
        Plan = plan;
        index = new ContainerIndex(plan);
        faults = new FaultTimeline(plan);
        var random = new SeededRandom(seed);
        climate = new Climate(random.Split());
        climate.Advance(1, plan.StartHour % 24);
        machines = [.. plan.Nodes.Select(n => new Machine(n, random.Split()))];
        zones = [.. plan.Zones.Select(z => new ThermalZone(z, climate.Temperature + 4))];
        airBefore = new double[zones.Length];
        fans = [.. plan.Fans.Select(f => new CoolingFan(f))];
        pumps = [.. plan.Pumps.Select(_ => true)];
        energy = new EnergySystem(plan.Energy);
        var count = plan.Temperatures.Length + plan.Fans.Length + plan.Meters.Length;
        channels = [.. Enumerable.Range(0, count).Select(_ => new SensedChannel(random.Split()))];
    }

    public ContainerPlan Plan { get; }

    /// <summary>Simulated time since the start.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Lets time pass.</summary>
    /// <param name="dt">More than zero, at most <see cref="StepMax"/>.</param>
    public void Step(TimeSpan dt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(dt, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dt, StepMax);
        var pieces = (long)Math.Ceiling(dt.TotalSeconds / PieceSecondsMax);
        var start = Elapsed;
        for (long piece = 1; piece <= pieces; piece++)
        {
            Advance(start + TimeSpan.FromTicks(dt.Ticks / pieces * piece));
        }

        Elapsed = start + dt;
    }

    /// <summary>Lets something go wrong at its time.</summary>
    /// <exception cref="ArgumentException">The container has no such part, or the times make no sense.</exception>
    public void Order(Fault fault) => faults.Order(fault);

    /// <summary>Switches a node on; without supply nothing happens.</summary>
    public void PowerOn(NodeId node)
    {
        if (energy.Feeds)
        {
            machines[index.Node(node)].PowerOn();
        }
    }

    /// <summary>Takes a node's power away at once.</summary>
    public void PowerOff(NodeId node) => machines[index.Node(node)].PowerOff();

    /// <summary>Presses the power button. A system that boots, hangs or ignores it does not react.</summary>
    public void SoftOff(NodeId node)
    {
        var i = index.Node(node);
        if (!faults.IsActive(FaultKind.NodeIgnoresSoftOff, i))
        {
            machines[i].SoftOff();
        }
    }

    /// <summary>Off, five seconds of pause, on. False: it is off, and nothing happens.</summary>
    public bool Cycle(NodeId node) => machines[index.Node(node)].Cycle();

    /// <summary>Starts the boot again without taking the power away. False: it is off, and nothing happens.</summary>
    public bool Reset(NodeId node) => machines[index.Node(node)].Reset();

    /// <summary>A magic packet for this node arrived.</summary>
    /// <param name="secureOnMatches">It ended with the node's SecureOn bytes, or the node needs none.</param>
    public void Wake(NodeId node, bool secureOnMatches)
    {
        if (secureOnMatches)
        {
            PowerOn(node);
        }
    }

    /// <summary>Drives a fan by hand. The duty is cut to 0 to 100 %.</summary>
    public void SetFanDuty(SensorId fan, Percent duty) => fans[index.Fan(fan)].Tell(duty.Value);

    /// <summary>Gives a fan back to its chip, which drives it by the zone's temperature.</summary>
    public void ReleaseFan(SensorId fan) => fans[index.Fan(fan)].Release();

    public void SetPump(SensorId pump, bool on) => pumps[index.Pump(pump)] = on;

    private void Advance(TimeSpan now)
    {
        var seconds = (now - Elapsed).TotalSeconds;
        Elapsed = now;
        while (faults.TryAdvance(now, out var change))
        {
            Apply(change);
        }

        climate.Advance(seconds, (Plan.StartHour + now.TotalHours) % 24);
        AdvanceMachines(seconds);
        AdvanceZones(seconds);
        energy.Advance(seconds, Wanted(), climate.Sun, faults.IsActive(FaultKind.GridLost, 0));
        if (!energy.Feeds)
        {
            foreach (var machine in machines)
            {
                machine.PowerOff();
            }
        }
    }

    private void Apply(FaultTimeline.Change change)
    {
        switch (change.Kind)
        {
            case FaultKind.NodeHangs when change.Starts:
                machines[change.Target].Hang();
                break;
            case FaultKind.NodeHangs when !faults.IsActive(FaultKind.NodeHangs, change.Target):
                machines[change.Target].Recover();
                break;
            case FaultKind.SensorStuck or FaultKind.SensorGarbage when change.Starts:
                channels[change.Target].Break(TrueValue(change.Target));
                break;
            default:
                break;
        }
    }

    private void AdvanceMachines(double seconds)
    {
        for (var i = 0; i < machines.Length; i++)
        {
            machines[i].Advance(seconds, climate.Demand, faults.IsActive(FaultKind.NodeNoBoot, i));
        }
    }

    private void AdvanceZones(double seconds)
    {
        for (var i = 0; i < fans.Length; i++)
        {
            var drives = energy.Feeds && !faults.IsActive(FaultKind.FanDead, i);
            fans[i].Advance(seconds, zones[index.ZoneOfFan[i]].Air, drives);
        }

        for (var i = 0; i < zones.Length; i++)
        {
            airBefore[i] = zones[i].Air;
        }

        for (var i = 0; i < zones.Length; i++)
        {
            zones[i].Advance(seconds, Around(i, fullFans: false));
        }
    }
}
