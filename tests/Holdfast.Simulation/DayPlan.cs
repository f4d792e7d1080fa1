using Holdfast.Hil;
using Holdfast.Rack;

namespace Holdfast.Simulation;

/// <summary>
/// The container of one day and the same as the controller knows it, what a board file would say of it. Every day has its own limits, drawn
/// so that they matter: a budget for a part of the nodes, fans that hold the zones only when they are driven well.
/// </summary>
internal sealed record DayPlan(ContainerPlan Container, Watts Budget, Watts Inrush)
{
    public static readonly Celsius Critical = new(45);

    public static DayPlan Draw(SeededRandom random)
    {
        var container = ContainerPlan.Default();
        var airflow = random.Between(0.012, 0.03);
        return new DayPlan(
            container with
            {
                Fans = [.. container.Fans.Select(fan => fan with { AirflowMax = airflow })],
            },
            new Watts(random.Between(1100, 3400)),
            new Watts(random.Between(80, 250))
        );
    }

    public RackPlan Rack =>
        new(
            new RackId("sim"),
            new PowerPlan(
                new Limit<Watts>("power budget", Budget, "the inverter gives no more"),
                new Limit<Watts>("inrush limit", Inrush, "the breaker is fast"),
                ShedBelow: new Percent(30),
                RestoreAbove: new Percent(50)
            ),
            [.. Container.Zones.Select(ZoneOf)],
            [.. Container.Nodes.Select(NodeOf)]
        );

    private ZonePlan ZoneOf(ContainerZone zone) =>
        new(
            zone.Zone,
            [.. Container.Temperatures.Where(s => s.Zone == zone.Zone).Select(s => s.Sensor)],
            [.. Container.Fans.Where(f => f.Zone == zone.Zone).Select(f => f.Fan)],
            [.. Container.Inputs.Where(i => i.Zone == zone.Zone).Select(i => new SafetyInputPlan(i.Input, i.Kind))],
            [.. Container.Pumps.Where(p => p.Zone == zone.Zone).Select(p => p.Pump)],
            new ThermalPlan(
                Target: new Celsius(30),
                Full: new Celsius(36),
                Critical,
                Resume: new Celsius(33),
                MinDuty: new Percent(15),
                // Seeds 113, 182 and 195 showed that 85 % does not hold a blind zone on the hottest afternoons.
                FailsafeDuty: new Percent(100),
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
