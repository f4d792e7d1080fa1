using System.Net;
using Holdfast.Hal;

namespace Holdfast.Hil;

/// <summary>The container that tests use where no board file says otherwise.</summary>
internal static class TierSContainer
{
    private const int ZoneCount = 4;
    private const int NodesPerZone = 4;
    private const string ClimateChip = "hf_climate";
    private const string MeterChip = "hf_meter";

    public static ContainerPlan Build()
    {
        var zones = Enumerable.Range(0, ZoneCount).Select(i => new ContainerZone(ZoneAt(i)));
        return new ContainerPlan
        {
            Zones = [.. zones],
            Nodes = [.. Enumerable.Range(0, ZoneCount * NodesPerZone).Select(NodeAt)],
            Fans = [.. PerZone(2, (z, n) => new ContainerFan(Id("fan", z, n), ZoneAt(z), Climate(z, n)))],
            Temperatures =
            [
                .. PerZone(2, (z, n) => new ContainerSensor(Id("temp", z, n), ZoneAt(z), Climate(z, n), Place(z, n))),
            ],
            Meters = [.. Enum.GetValues<MeterRole>().Select(MeterAt)],
            Inputs = [.. PerZone(3, InputAt)],
            Pumps = [.. PerZone(1, (z, _) => new ContainerPump(Id("pump", z), ZoneAt(z), 20 + z))],
            Ups = new ContainerUps("BAT0", "AC0"),
            WakeListener = Loopback(),
        };
    }

    private static ContainerNode NodeAt(int index) =>
        new(
            new NodeId($"node-{index + 1:00}"),
            ZoneAt(index / NodesPerZone),
            PowerMax: new Watts(220),
            Inrush: new Watts(80),
            BootTime: TimeSpan.FromSeconds(45),
            StopTime: TimeSpan.FromSeconds(20)
        )
        {
            Bmc = new ContainerBmc(Loopback(), "admin", $"holdfast-{index + 1:00}"),
            Mac = new MacAddress(0x02_48_46_00_00_01UL + (ulong)index),
            Presence = Loopback(),
        };

    private static ContainerMeter MeterAt(MeterRole role) =>
        new(
            new SensorId($"meter-{role.ToString().ToLowerInvariant()}"),
            role,
            new HwmonChannel(MeterChip, (int)role + 1)
        );

    private static ContainerInput InputAt(int zone, int number)
    {
        var kind = (SafetyKind)(number - 1);
        return new(Id(kind.ToString().ToLowerInvariant(), zone), ZoneAt(zone), kind, (zone * 3) + number - 1);
    }

    private static IEnumerable<T> PerZone<T>(int count, Func<int, int, T> make) =>
        from zone in Enumerable.Range(0, ZoneCount)
        from number in Enumerable.Range(1, count)
        select make(zone, number);

    private static ZoneId ZoneAt(int zone) => new($"zone-{Letter(zone)}");

    private static SensorId Id(string kind, int zone, int number) => new($"{kind}-{Letter(zone)}{number}");

    private static SensorId Id(string kind, int zone) => new($"{kind}-{Letter(zone)}");

    private static HwmonChannel Climate(int zone, int number) => new($"{ClimateChip}_{Letter(zone)}", number);

    private static string Place(int zone, int number) =>
        $"{(number == 1 ? "Inlet" : "Outlet")}, zone {char.ToUpperInvariant(Letter(zone))}";

    private static char Letter(int zone) => (char)('a' + zone);

    private static IPEndPoint Loopback() => new(IPAddress.Loopback, 0);
}
