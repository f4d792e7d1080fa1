using Holdfast.Hil;

namespace Holdfast.Simulation;

/// <summary>What goes wrong in a day: single faults of devices, and those that come together, as a torn cable or a rebooted switch brings them.</summary>
internal static class DayFaults
{
    private const int Singles = 60;
    private const int Clusters = 6;

    public static IEnumerable<Fault> Draw(ContainerPlan container, SeededRandom random, TimeSpan within) =>
        [
            .. RandomFaults.Draw(container, random.NextUInt64(), Singles, within, RandomFaults.DeviceFaults),
            .. Enumerable.Range(0, Clusters).SelectMany(_ => Cluster(container, random, within)),
        ];

    private static IEnumerable<Fault> Cluster(ContainerPlan container, SeededRandom random, TimeSpan within)
    {
        var at = random.NextDouble() * within;
        var length = TimeSpan.FromMinutes(random.Between(2, 60));
        var zone = container.Zones[random.Next(container.Zones.Length)].Zone;
        return random.Next(3) switch
        {
            0 => Of(
                FaultKind.SensorStale,
                container.Temperatures.Where(t => t.Zone == zone).Select(t => t.Sensor.Text)
            ),
            1 => Of(
                FaultKind.SensorAbsent,
                container.Temperatures.Where(t => t.Zone == zone).Select(t => t.Sensor.Text)
            ),
            _ => Of(FaultKind.BmcSilent, container.Nodes.Select(n => n.Node.Text)),
        };

        IEnumerable<Fault> Of(FaultKind kind, IEnumerable<string> targets) =>
            targets.Select(target => new Fault(kind, target, at, length));
    }
}
