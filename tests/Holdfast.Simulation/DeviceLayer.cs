using Holdfast.Hal;
using Holdfast.Hil;
using Holdfast.Rack;

namespace Holdfast.Simulation;

/// <summary>
/// What drivers and pollers do on hardware, in virtual time: turns the container's state into observations with their age, and carries
/// actions out with the delays and refusals of real devices. An action waits for a silent BMC until its deadline, and may so
/// take effect long after it was ordered.
/// </summary>
internal sealed class DeviceLayer(ContainerModel model)
{
    private readonly Dictionary<NodeId, Pending> pending = [];
    private readonly Dictionary<NodeId, PowerState> lastSeen = [];
    private readonly Dictionary<NodeId, TimeSpan> poweredAt = [];
    private List<ActionResult> results = [];

    /// <summary>Orders to switch a node off that were given while its power was unknown; must stay empty.</summary>
    public List<string> OffOnUnknown { get; } = [];

    private sealed record Pending(RackAction Action, TimeSpan NotBefore, TimeSpan Until);

    /// <summary>The inrush that nodes draw together now, at most.</summary>
    public Watts Inrush(TimeSpan now)
    {
        var sum = Watts.Zero;
        foreach (var node in model.Plan.Nodes)
        {
            sum += poweredAt.TryGetValue(node.Node, out var at) && now - at < node.InrushFor ? node.Inrush : Watts.Zero;
        }

        return sum;
    }

    /// <summary>What the nodes could draw together now, if all that run were fully loaded: the budget must hold whatever they do.</summary>
    public Watts WorstDraw(TimeSpan now)
    {
        var sum = Inrush(now);
        foreach (var node in model.Plan.Nodes)
        {
            sum += model.IsPowered(node.Node) ? node.PowerMax : node.Standby;
        }

        return sum;
    }

    public RackInputs Observe(MonotonicTime now, DateTimeOffset wallTime, IReadOnlyList<OperatorCommand> commands)
    {
        var inputs = new RackInputs(now, wallTime)
        {
            Nodes = [.. model.Plan.Nodes.Select(node => Observe(node.Node, now))],
            Readings =
            [
                .. model.Plan.Temperatures.SelectMany(sensor => Read(sensor.Sensor, Unit.Celsius, 200, now)),
                .. model.Plan.Fans.SelectMany(fan => Read(fan.Fan, Unit.Rpm, 100_000, now)),
            ],
            Safety =
            [
                .. model.Plan.Inputs.Select(input => new SafetyObservation(
                    input.Input,
                    model.IsActive(input.Input) ? SafetyState.Active : SafetyState.Clear,
                    now,
                    ""
                )),
            ],
            Ups = new UpsObservation(
                model.GridUp ? UpsState.Online : UpsState.OnBattery,
                Reading.Good(model.BatteryCharge, now),
                Reading.Good(model.Power(MeterRole.Battery), now),
                now,
                ""
            ),
            Commands = commands,
            Results = results,
        };
        results = [];
        return inputs;
    }

    public void Start(RackAction action, TimeSpan now)
    {
        switch (action)
        {
            case SetFanDuty fan:
                model.SetFanDuty(fan.Fan, fan.Duty);
                results.Add(new ActionResult(action.Id, true, ""));
                break;
            case SetRelay relay:
                model.SetPump(relay.Relay, relay.On);
                results.Add(new ActionResult(action.Id, true, ""));
                break;
            case RecallNode recall:
                pending.Remove(recall.Node);
                break;
            case SwitchNode { Action: PowerAction.Off or PowerAction.SoftOff } off
                when lastSeen.GetValueOrDefault(off.Node) == PowerState.Unknown:
                OffOnUnknown.Add($"{off} at {now}");
                break;
            case SwitchNode node:
                Queue(node.Node, action, now, node.Deadline);
                break;
            case WakeNode node:
                Queue(node.Node, action, now, node.Deadline);
                break;
        }
    }

    /// <summary>Carries out what devices have taken meanwhile.</summary>
    public void Act(TimeSpan now)
    {
        foreach (var (node, waiting) in pending.Where(p => p.Value.NotBefore <= now).ToArray())
        {
            if (model.BmcOf(node) == BmcBehaviour.Silent && waiting.Action is SwitchNode)
            {
                if (now >= waiting.Until)
                {
                    pending.Remove(node);
                    results.Add(new ActionResult(waiting.Action.Id, false, "the BMC does not answer"));
                }

                continue;
            }

            pending.Remove(node);
            Carry(waiting.Action, now);
            results.Add(new ActionResult(waiting.Action.Id, true, ""));
        }
    }

    /// <summary>The controller's process died: what its drivers had under way is gone.</summary>
    public void Forget()
    {
        pending.Clear();
        results.Clear();
    }

    private void Queue(NodeId node, RackAction action, TimeSpan now, TimeSpan deadline)
    {
        var delay = model.BmcOf(node) == BmcBehaviour.Slow ? ContainerModel.SlowBmcDelay : TimeSpan.Zero;
        pending[node] = new Pending(action, now + delay, now + deadline);
    }

    private void Carry(RackAction action, TimeSpan now)
    {
        var node = action is SwitchNode s ? s.Node : ((WakeNode)action).Node;
        var before = model.IsPowered(node);
        switch (action)
        {
            case WakeNode:
                model.Wake(node, secureOnMatches: true);
                break;
            case SwitchNode { Action: PowerAction.On }:
                model.PowerOn(node);
                break;
            case SwitchNode { Action: PowerAction.SoftOff }:
                model.SoftOff(node);
                break;
            default:
                model.PowerOff(node);
                break;
        }

        if (!before && model.IsPowered(node))
        {
            poweredAt[node] = now;
        }
    }

    private NodeObservation Observe(NodeId node, MonotonicTime now)
    {
        var power =
            model.BmcOf(node) == BmcBehaviour.Silent ? PowerState.Unknown
            : model.IsPowered(node) ? PowerState.On
            : PowerState.Off;
        lastSeen[node] = power;
        var detail = power == PowerState.Unknown ? "its BMC does not answer" : "";
        return new NodeObservation(
            node,
            new PowerObservation(power, now, detail),
            model.IsPresent(node) ? Presence.Present : Presence.Absent
        );
    }

    private IEnumerable<SensorReading> Read(SensorId sensor, Unit unit, double max, MonotonicTime now)
    {
        var sensed = model.Sense(sensor);
        if (sensed.State == SensedState.Shown)
        {
            var plausible = double.IsFinite(sensed.Value) && Math.Abs(sensed.Value) <= max;
            yield return new SensorReading(
                sensor,
                plausible ? new Reading(sensed.Value, unit, now, Quality.Good) : Reading.Fault(unit, now)
            );
        }
        else if (sensed.State == SensedState.Absent)
        {
            yield return new SensorReading(sensor, Reading.Absent(unit));
        }
    }
}
