using Holdfast.Rack.Events;
using Holdfast.Rack.Power;
using Holdfast.Rack.Safety;
using Holdfast.Rack.Thermal;

namespace Holdfast.Rack;

/// <summary>One zone at work: its cooling and its interlocks, and what they ask of its nodes.</summary>
internal sealed class Zone(ZonePlan plan, ZoneMemory memory, IEnumerable<NodeSupervisor> rack)
{
    private readonly NodeSupervisor[] inStopOrder =
    [
        .. rack.Where(node => node.Plan.Zone == plan.Zone)
            .OrderByDescending(node => node.Plan.StopOrder)
            .ThenByDescending(node => node.Plan.Node.Text, StringComparer.Ordinal),
    ];

    public ZoneCooling Cooling { get; } = new(plan, memory);

    public ZoneSafety Safety { get; } = new(plan);

    public IEnumerable<SensorId> Sensors =>
        [.. plan.Temperatures, .. plan.Fans, .. plan.Inputs.Select(input => input.Input)];

    public ZoneSnapshot Snapshot =>
        new(
            plan.Zone,
            Cooling.Temperature,
            Cooling.Duty,
            Cooling.Memory.FanMode,
            Cooling.Failsafe,
            Cooling.Overheated,
            Safety.Observations
        );

    /// <summary>Why no node of the zone may start now; empty: it may.</summary>
    public string StartRefusal =>
        Safety.Smoke ? $"there is smoke in {plan.Zone}"
        : Cooling.Overheated ? $"{plan.Zone} is too hot; wait until it is below {plan.Thermal.Resume}"
        : "";

    public void Update(MonotonicTime now, EventLog log, List<RackAction> actions, Func<long> nextActionId)
    {
        Safety.Update(now, log);
        Cooling.Update(now, log);
        actions.AddRange(Cooling.Drive(now, nextActionId));
        Cooling.Stage(now, Named(node => node.CanBeStopped(now)));
        if (Safety.NextToSwitchOff(now, Named(node => !node.IsSwitchedOff && !node.Memory.Maintenance)) is { } smoky)
        {
            inStopOrder.First(node => node.Plan.Node == smoky).SwitchOffAtOnce();
        }

        if (Safety.PumpsDue(now) is { } on)
        {
            actions.AddRange(plan.Pumps.Select(pump => new SetRelay(nextActionId(), pump, on)));
        }
    }

    private IEnumerable<NodeId> Named(Func<NodeSupervisor, bool> which) =>
        inStopOrder.Where(which).Select(node => node.Plan.Node);
}
