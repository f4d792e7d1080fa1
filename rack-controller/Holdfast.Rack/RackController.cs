using System.Collections.Immutable;
using Holdfast.Hal;
using Holdfast.Rack.Commands;
using Holdfast.Rack.Events;
using Holdfast.Rack.Power;
using Holdfast.Rack.Thermal;

namespace Holdfast.Rack;

/// <summary>
/// All decisions of the rack, one step at a time: observations and commands in, events, actions and answers out. Pure and
/// synchronous; not thread-safe. It guarantees that
/// <list type="bullet">
/// <item>no node is switched off, softly or hard, while its power is unknown;</item>
/// <item>no node is started beyond the power budget or the inrush limit;</item>
/// <item>a zone without a trusted temperature is cooled at least at its failsafe duty.</item>
/// </list>
/// </summary>
public sealed class RackController
{
    private readonly RackPlan plan;
    private readonly EventLog log;
    private readonly CommandBook commands;
    private readonly CommandIntake intake;
    private readonly PowerSequencer sequencer;
    private readonly BatteryWatch battery;
    private readonly Zone[] zones;
    private readonly Dictionary<NodeId, NodeSupervisor> nodesById;
    private readonly NodeSupervisor[] nodes;
    private readonly Dictionary<SensorId, Zone> zonesBySensor;
    private readonly Dictionary<NodeId, Zone> zonesByNode;
    private MonotonicTime now;
    private long lastActionId;

    /// <param name="plan">The rack.</param>
    /// <param name="memory">What was stored before the last end; <see cref="RackMemory.Empty"/> the first time.</param>
    /// <param name="nextSequence">One more than the last recorded event's sequence.</param>
    public RackController(RackPlan plan, RackMemory memory, long nextSequence)
    {
        this.plan = plan;
        log = new EventLog(nextSequence);
        commands = new CommandBook(log);
        battery = new BatteryWatch(plan.Power, plan.Rack.Text);
        nodes = [.. plan.Nodes.Select(node => new NodeSupervisor(node, Remembered(node, memory)))];
        sequencer = new PowerSequencer(plan.Power, nodes);
        nodesById = nodes.ToDictionary(node => node.Plan.Node);
        zones = [.. plan.Zones.Select(zone => new Zone(zone, Remembered(zone, memory), nodes))];
        zonesBySensor = zones
            .SelectMany(zone => zone.Sensors.Select(sensor => (sensor, zone)))
            .ToDictionary(pair => pair.sensor, pair => pair.zone);
        zonesByNode = nodes.ToDictionary(
            node => node.Plan.Node,
            node => zones.First(zone => zone.Cooling.Plan.Zone == node.Plan.Zone)
        );
        intake = new CommandIntake(nodesById, zonesByNode, zones, sequencer, commands, log);
        Memory = Collect();
    }

    /// <summary>What must survive. The same object until something in it changes.</summary>
    public RackMemory Memory { get; private set; }

    public RackSnapshot Snapshot =>
        new(
            plan.Rack,
            now,
            new PowerSnapshot(
                plan.Power.Budget.Max,
                sequencer.Reserved(now),
                battery.Ups,
                battery.OnBattery,
                battery.Shedding
            ),
            [.. zones.Select(zone => zone.Snapshot)],
            [
                .. nodes.Select(n => new NodeSnapshot(
                    n.Plan.Node,
                    n.Plan.Zone,
                    n.State,
                    n.Memory.Wanted,
                    n.Since,
                    n.Reason,
                    n.Memory.Facts
                )),
            ],
            [.. log.Alarms]
        );

    /// <summary>One step. Time never runs backwards from one to the next.</summary>
    public RackOutputs Step(RackInputs inputs)
    {
        Invariant.Require(inputs.Now >= now, "time runs backwards");
        now = inputs.Now;
        log.Begin(inputs.WallTime);
        Observe(inputs);
        foreach (var note in inputs.Notes)
        {
            log.Say(note.Severity, note.Subject, note.Code, note.Text);
        }

        foreach (var command in inputs.Commands)
        {
            intake.Take(command, now);
        }

        var actions = new List<RackAction>();
        battery.Update(now, nodes, log);
        foreach (var zone in zones)
        {
            zone.Update(now, log, actions, NextActionId);
        }

        Supervise(actions);
        commands.Update(now);
        Remember();
        return new RackOutputs(log.Take(), actions, commands.Take());
    }

    private static NodeMemory Remembered(NodePlan node, RackMemory memory) =>
        memory.Nodes.GetValueOrDefault(node.Node.Text)
        ?? new NodeMemory(
            node.Start switch
            {
                StartPolicy.On => true,
                StartPolicy.Off => false,
                _ => null,
            },
            Maintenance: false,
            Facts: null
        );

    private static ZoneMemory Remembered(ZonePlan zone, RackMemory memory) =>
        memory.Zones.GetValueOrDefault(zone.Zone.Text) ?? new ZoneMemory(FanMode.Auto, 100);

    private long NextActionId() => ++lastActionId;

    private void Observe(RackInputs inputs)
    {
        foreach (var node in inputs.Nodes)
        {
            nodesById[node.Node].Observe(node);
        }

        foreach (var reading in inputs.Readings)
        {
            zonesBySensor.GetValueOrDefault(reading.Sensor)?.Cooling.Observe(reading);
        }

        foreach (var seen in inputs.Safety)
        {
            zonesBySensor.GetValueOrDefault(seen.Input)?.Safety.Observe(seen);
        }

        foreach (var (node, facts) in inputs.Facts)
        {
            Discover(nodesById[node], facts);
        }

        foreach (var result in inputs.Results)
        {
            foreach (var zone in zones)
            {
                zone.Cooling.Learn(result);
            }

            foreach (var node in nodes)
            {
                node.Learn(result);
            }
        }

        battery.Observe(inputs.Ups);
    }

    private void Discover(NodeSupervisor node, NodeFacts facts)
    {
        var before = node.Memory.Facts;
        if (before == facts)
        {
            return;
        }

        node.Learn(facts);
        var name = node.Plan.Node.Text;
        if (before is null)
        {
            string[] known = [facts.Manufacturer, facts.Product, $"BMC firmware {facts.Firmware}"];
            log.Say(
                Severity.Info,
                name,
                "node-discovered",
                $"{name} was discovered: {string.Join(", ", known.Where(word => word.Length > 0))}."
            );
        }
        else if (before.SystemId != facts.SystemId)
        {
            log.Say(
                Severity.Warning,
                name,
                "node-replaced",
                $"{name} is another machine than before: check that the right one is connected."
            );
        }
        else
        {
            log.Say(
                Severity.Info,
                name,
                "node-updated",
                $"{name}: BMC firmware {before.Firmware} became {facts.Firmware}."
            );
        }
    }

    private void Supervise(List<RackAction> actions)
    {
        foreach (var node in nodes)
        {
            var zone = zonesByNode[node.Plan.Node];
            node.Barred = zone.StartRefusal.Length > 0 ? zone.StartRefusal : battery.StartRefusal;
            node.NotYet = battery.NotYet;
            node.Hold(
                zone.Cooling.Holds(node.Plan.Node) ? ZoneCooling.HoldReason
                : battery.Holds(node.Plan.Node) ? BatteryWatch.HoldReason
                : ""
            );
            if (node.Update(now, log, NextActionId) is { } action)
            {
                Invariant.Require(
                    action is RecallNode || node.Machine.Power != PowerState.Unknown,
                    "a node of unknown power is not switched off"
                );
                actions.Add(action);
            }
        }

        while (sequencer.Grant(now) is { } node)
        {
            actions.Add(node.Start(now, NextActionId()));
        }

        foreach (var node in nodes.Where(node => node.WantsStart))
        {
            node.Waits = sequencer.Waits(node, now);
        }
    }

    private void Remember()
    {
        var changed =
            nodes.Any(node => !ReferenceEquals(Memory.Nodes[node.Plan.Node.Text], node.Memory))
            || zones.Any(zone => !ReferenceEquals(Memory.Zones[zone.Cooling.Plan.Zone.Text], zone.Cooling.Memory));
        if (changed)
        {
            Memory = Collect();
        }
    }

    private RackMemory Collect() =>
        new(
            nodes.ToImmutableSortedDictionary(node => node.Plan.Node.Text, node => node.Memory, StringComparer.Ordinal),
            zones.ToImmutableSortedDictionary(
                zone => zone.Cooling.Plan.Zone.Text,
                zone => zone.Cooling.Memory,
                StringComparer.Ordinal
            )
        );
}
