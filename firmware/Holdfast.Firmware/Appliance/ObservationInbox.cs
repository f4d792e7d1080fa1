using Holdfast.Hal;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// Where the pollers put what they saw until the loop takes it. It holds one entry a device, the newest: it cannot grow
/// beyond the board. Results of actions are kept all; there are at most as many as actions under way.
/// </summary>
internal sealed class ObservationInbox
{
    private const int NotesMax = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<NodeId, NodeObservation> nodes = [];
    private readonly Dictionary<SensorId, SensorReading> readings = [];
    private readonly Dictionary<SensorId, SafetyObservation> safety = [];
    private readonly List<ActionResult> results = [];
    private readonly Dictionary<NodeId, NodeFacts> facts = [];
    private readonly List<RackNote> notes = [];
    private UpsObservation? ups;
    private int unnoted;

    public void Post(NodeObservation observation)
    {
        lock (gate)
        {
            nodes[observation.Node] = observation;
        }
    }

    public void Post(SensorReading reading)
    {
        lock (gate)
        {
            readings[reading.Sensor] = reading;
        }
    }

    public void Post(SafetyObservation observation)
    {
        lock (gate)
        {
            safety[observation.Input] = observation;
        }
    }

    public void Post(UpsObservation observation)
    {
        lock (gate)
        {
            ups = observation;
        }
    }

    public void Post(NodeId node, NodeFacts found)
    {
        lock (gate)
        {
            facts[node] = found;
        }
    }

    public void Post(ActionResult result)
    {
        lock (gate)
        {
            results.Add(result);
        }
    }

    /// <summary>At most <see cref="NotesMax"/> wait for the next step; those beyond are counted in a last one.</summary>
    public void Post(RackNote note)
    {
        lock (gate)
        {
            if (notes.Count < NotesMax)
            {
                notes.Add(note);
            }
            else
            {
                unnoted++;
            }
        }
    }

    /// <summary>Takes all that came since the last call.</summary>
    public RackInputs Take(MonotonicTime now, DateTimeOffset wallTime, IReadOnlyList<OperatorCommand> commands)
    {
        lock (gate)
        {
            if (unnoted > 0)
            {
                notes.Add(notes[^1] with { Code = "notes-dropped", Text = $"{unnoted} more like it came at once." });
                unnoted = 0;
            }

            var inputs = new RackInputs(now, wallTime)
            {
                Nodes = [.. nodes.Values],
                Readings = [.. readings.Values],
                Safety = [.. safety.Values],
                Ups = ups,
                Commands = commands,
                Notes = [.. notes],
                Results = [.. results],
                Facts = [.. facts],
            };
            nodes.Clear();
            readings.Clear();
            safety.Clear();
            results.Clear();
            facts.Clear();
            notes.Clear();
            ups = null;
            return inputs;
        }
    }
}
