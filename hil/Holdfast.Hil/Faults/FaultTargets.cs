using Holdfast.Hal;

namespace Holdfast.Hil;

/// <summary>
/// Which parts of a container each kind of fault can happen to. A part's index is its place in the plan; sensors are
/// counted through temperatures, then fans, then meters.
/// </summary>
internal sealed class FaultTargets
{
    private readonly Dictionary<FaultKind, Dictionary<string, int>> byKind = [];

    public FaultTargets(ContainerPlan plan)
    {
        var nodes = Number(plan.Nodes.Select(n => n.Node.Text));
        var fans = Number(plan.Fans.Select(f => f.Fan.Text));
        var sensors = Number([
            .. plan.Temperatures.Select(t => t.Sensor.Text),
            .. plan.Fans.Select(f => f.Fan.Text),
            .. plan.Meters.Select(m => m.Meter.Text),
        ]);
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            byKind[kind] = kind switch
            {
                FaultKind.SensorStuck or FaultKind.SensorStale or FaultKind.SensorAbsent or FaultKind.SensorGarbage =>
                    sensors,
                FaultKind.FanDead => fans,
                FaultKind.Smoke => Inputs(plan, SafetyKind.Smoke),
                FaultKind.Leak => Inputs(plan, SafetyKind.Leak),
                FaultKind.DoorOpen => Inputs(plan, SafetyKind.Door),
                FaultKind.GridLost => Number([Fault.Grid]),
                _ => nodes,
            };
        }
    }

    public IReadOnlyCollection<string> Of(FaultKind kind) => byKind[kind].Keys;

    public bool TryFind(FaultKind kind, string target, out int index) => byKind[kind].TryGetValue(target, out index);

    private static Dictionary<string, int> Inputs(ContainerPlan plan, SafetyKind kind) =>
        plan
            .Inputs.Select((input, index) => (input, index))
            .Where(i => i.input.Kind == kind)
            .ToDictionary(i => i.input.Input.Text, i => i.index);

    private static Dictionary<string, int> Number(IEnumerable<string> names)
    {
        var numbered = new Dictionary<string, int>();
        foreach (var name in names)
        {
            if (!numbered.TryAdd(name, numbered.Count))
            {
                throw new ArgumentException($"two parts of the container are named '{name}'");
            }
        }

        return numbered;
    }
}
