using Holdfast.Hil;
using Holdfast.Rack;

namespace Holdfast.Simulation;

/// <summary>The simulated container as the controller knows it: what a board file would say of it.</summary>
internal static class DayPlan
{
    /// <summary>Less than all sixteen nodes need together, so that the budget matters.</summary>
    public static readonly Watts Budget = new(3000);

    /// <summary>Two nodes at a time.</summary>
    public static readonly Watts Inrush = new(160);

    public static readonly Celsius Critical = new(45);

    public static RackPlan Of(ContainerPlan container) =>
        new(
            new RackId("sim"),
            new PowerPlan(
                new Limit<Watts>("power budget", Budget, "the inverter gives no more"),
                new Limit<Watts>("inrush limit", Inrush, "the breaker is fast"),
                ShedBelow: new Percent(30),
                RestoreAbove: new Percent(50)
            ),
            [.. container.Zones.Select(zone => ZoneOf(zone, container))],
            [.. container.Nodes.Select(NodeOf)]
        );

    private static ZonePlan ZoneOf(ContainerZone zone, ContainerPlan container) =>
        new(
            zone.Zone,
            [.. container.Temperatures.Where(s => s.Zone == zone.Zone).Select(s => s.Sensor)],
            [.. container.Fans.Where(f => f.Zone == zone.Zone).Select(f => f.Fan)],
            [.. container.Inputs.Where(i => i.Zone == zone.Zone).Select(i => new SafetyInputPlan(i.Input, i.Kind))],
            [.. container.Pumps.Where(p => p.Zone == zone.Zone).Select(p => p.Pump)],
            new ThermalPlan(
                Target: new Celsius(30),
                Full: new Celsius(36),
                Critical,
                Resume: new Celsius(33),
                MinDuty: new Percent(25),
                FailsafeDuty: new Percent(85),
                FreshFor: TimeSpan.FromSeconds(10)
            )
        );

    private static NodePlan NodeOf(ContainerNode node, int place) =>
        new(
            node.Node,
            node.Zone,
            RackUnit: 1 + (2 * place),
            Height: 2,
            node.Standby,
            node.PowerMax,
            node.Inrush,
            InrushFor: node.InrushFor * 2,
            BootWithin: TimeSpan.FromMinutes(3),
            StopWithin: TimeSpan.FromSeconds(90),
            StopOrder: place % 4,
            CanWake: true,
            HasPresence: true,
            place < 12 ? StartPolicy.On : StartPolicy.Off
        );
}
