using System.Collections.Immutable;
using Holdfast.Hal;

namespace Holdfast.Rack.Tests;

/// <summary>A small rack with round numbers; a test changes what it is about.</summary>
internal static class Plans
{
    public const string ZoneA = "zone-a";

    /// <summary>100 W on, 5 W off, 50 W more for 5 s while it starts; 60 s to boot, 30 s to stop.</summary>
    public static NodePlan Node(string name, int stopOrder = 0, string zone = ZoneA) =>
        new(
            new NodeId(name),
            new ZoneId(zone),
            RackUnit: 1,
            Height: 1,
            Standby: new Watts(5),
            PowerMax: new Watts(100),
            Inrush: new Watts(50),
            InrushFor: TimeSpan.FromSeconds(5),
            BootWithin: TimeSpan.FromSeconds(60),
            StopWithin: TimeSpan.FromSeconds(30),
            stopOrder,
            CanWake: true,
            HasPresence: true,
            StartPolicy.AsFound
        );

    /// <summary>Two temperatures, two fans, smoke, leak, door and a pump; 25 °C wanted, full at 35, critical at 45, again below 32.</summary>
    public static ZonePlan Zone(string name = ZoneA) =>
        new(
            new ZoneId(name),
            [new SensorId($"{name}-temp-1"), new SensorId($"{name}-temp-2")],
            [new SensorId($"{name}-fan-1"), new SensorId($"{name}-fan-2")],
            [
                new SafetyInputPlan(new SensorId($"{name}-smoke"), SafetyKind.Smoke),
                new SafetyInputPlan(new SensorId($"{name}-leak"), SafetyKind.Leak),
                new SafetyInputPlan(new SensorId($"{name}-door"), SafetyKind.Door),
            ],
            [new SensorId($"{name}-pump")],
            new ThermalPlan(
                Target: new Celsius(25),
                Full: new Celsius(35),
                Critical: new Celsius(45),
                Resume: new Celsius(32),
                MinDuty: new Percent(20),
                FailsafeDuty: new Percent(80),
                FreshFor: TimeSpan.FromSeconds(10)
            )
        );

    /// <summary>Shed below 30 % of charge, come back above 50 %.</summary>
    public static PowerPlan Power(double budget = 10_000, double inrush = 1_000) =>
        new(
            new Limit<Watts>("power budget", new Watts(budget), "the inverter gives no more"),
            new Limit<Watts>("inrush limit", new Watts(inrush), "the breaker is fast"),
            ShedBelow: new Percent(30),
            RestoreAbove: new Percent(50)
        );

    /// <summary>One zone with these nodes.</summary>
    public static RackPlan Rack(params ImmutableArray<NodePlan> nodes) => Rack(Power(), nodes);

    public static RackPlan Rack(PowerPlan power, params ImmutableArray<NodePlan> nodes) =>
        new(
            new RackId("r1"),
            power,
            [.. nodes.Select(node => node.Zone.Text).Append(ZoneA).Distinct(StringComparer.Ordinal).Select(Zone)],
            nodes
        );
}
