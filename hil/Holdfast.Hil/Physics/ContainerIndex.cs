using Holdfast.Hal;

namespace Holdfast.Hil;

/// <summary>The places of a plan's parts by their names, and which parts belong to which zone.</summary>
internal sealed class ContainerIndex
{
    private readonly Dictionary<ZoneId, int> zones;
    private readonly Dictionary<NodeId, int> nodes;
    private readonly Dictionary<SensorId, int> sensors;
    private readonly Dictionary<SensorId, int> fans;
    private readonly Dictionary<SensorId, int> inputs;
    private readonly Dictionary<SensorId, int> pumps;

    public ContainerIndex(ContainerPlan plan)
    {
        zones = Number(plan.Zones.Select(z => z.Zone));
        nodes = Number(plan.Nodes.Select(n => n.Node));
        fans = Number(plan.Fans.Select(f => f.Fan));
        inputs = Number(plan.Inputs.Select(i => i.Input));
        pumps = Number(plan.Pumps.Select(p => p.Pump));
        sensors = Number([
            .. plan.Temperatures.Select(t => t.Sensor),
            .. plan.Fans.Select(f => f.Fan),
            .. plan.Meters.Select(m => m.Meter),
        ]);
        ZoneOfNode = [.. plan.Nodes.Select(n => Zone(n.Zone))];
        ZoneOfFan = [.. plan.Fans.Select(f => Zone(f.Zone))];
        ZoneOfTemperature = [.. plan.Temperatures.Select(t => Zone(t.Zone))];
        NodesOfZone = Group(ZoneOfNode, _ => true);
        FansOfZone = Group(ZoneOfFan, _ => true);
        PumpsOfZone = Group([.. plan.Pumps.Select(p => Zone(p.Zone))], _ => true);
        DoorsOfZone = Group([.. plan.Inputs.Select(i => Zone(i.Zone))], i => plan.Inputs[i].Kind == SafetyKind.Door);
    }

    public int[] ZoneOfNode { get; }

    public int[] ZoneOfFan { get; }

    public int[] ZoneOfTemperature { get; }

    public int[][] NodesOfZone { get; }

    public int[][] FansOfZone { get; }

    public int[][] PumpsOfZone { get; }

    public int[][] DoorsOfZone { get; }

    public int Zone(ZoneId id) => Find(zones, id, "zone");

    public int Node(NodeId id) => Find(nodes, id, "node");

    public int Sensor(SensorId id) => Find(sensors, id, "sensor");

    public int Fan(SensorId id) => Find(fans, id, "fan");

    public int Input(SensorId id) => Find(inputs, id, "safety input");

    public int Pump(SensorId id) => Find(pumps, id, "pump");

    private static int Find<TId>(Dictionary<TId, int> places, TId id, string kind)
        where TId : struct =>
        places.TryGetValue(id, out var place)
            ? place
            : throw new ArgumentException($"the container has no {kind} '{id}'", nameof(id));

    private static Dictionary<TId, int> Number<TId>(IEnumerable<TId> ids)
        where TId : struct
    {
        var places = new Dictionary<TId, int>();
        foreach (var id in ids)
        {
            if (!places.TryAdd(id, places.Count))
            {
                throw new ArgumentException($"two parts of the container are named '{id}'");
            }
        }

        return places;
    }

    private int[][] Group(int[] zoneOf, Func<int, bool> which) =>
        [.. Enumerable.Range(0, zones.Count).Select(z => PartsIn(z, zoneOf, which))];

    private static int[] PartsIn(int zone, int[] zoneOf, Func<int, bool> which) =>
        [.. Enumerable.Range(0, zoneOf.Length).Where(part => zoneOf[part] == zone && which(part))];
}
