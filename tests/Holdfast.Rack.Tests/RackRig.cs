using Holdfast.Hal;

namespace Holdfast.Rack.Tests;

/// <summary>
/// A controller and what it is shown. At every step it sees again what the test has set: at first every node off, every zone at 25 °C
/// with turning fans, every safety input clear, the grid up and the battery full. Fans say that they take their duty; else nothing follows
/// its orders but the test.
/// </summary>
internal sealed class RackRig
{
    private static readonly DateTimeOffset Morning = new(2031, 3, 4, 8, 0, 0, TimeSpan.Zero);

    private readonly RackPlan plan;
    private readonly Dictionary<NodeId, (PowerState Power, Presence Presence)> nodes = [];
    private readonly Dictionary<SensorId, Reading> readings = [];
    private readonly Dictionary<SensorId, SafetyState> inputs = [];
    private readonly List<ActionResult> results = [];
    private (UpsState State, double? Charge)? ups = (UpsState.Online, 100);
    private int lastCommand;

    public RackRig(RackPlan plan, RackMemory? memory = null, long nextSequence = 1)
    {
        this.plan = plan;
        Controller = new RackController(plan, memory ?? RackMemory.Empty, nextSequence);
        foreach (var node in plan.Nodes)
        {
            nodes[node.Node] = (PowerState.Off, Presence.Absent);
        }

        foreach (var zone in plan.Zones)
        {
            Heat(zone.Zone.Text, 25);
            foreach (var fan in zone.Fans)
            {
                readings[fan] = new Reading(1500, Unit.Rpm, default, Quality.Good);
            }

            foreach (var input in zone.Inputs)
            {
                inputs[input.Input] = SafetyState.Clear;
            }
        }
    }

    public RackController Controller { get; }

    /// <summary>Fans confirm each duty; else only <see cref="Confirm"/> does.</summary>
    public bool FansAnswer { get; set; } = true;

    public MonotonicTime Now { get; private set; } = MonotonicTime.FromSeconds(1000);

    /// <summary>Everything since the start, or since the test cleared it.</summary>
    public List<RackEvent> Events { get; } = [];

    public List<RackAction> Actions { get; } = [];

    public List<CommandOutcome> Outcomes { get; } = [];

    public IEnumerable<string> Codes => Events.Select(happened => happened.Code);

    /// <summary>Orders to switch or wake, as "n1 On" and "n1 Wake".</summary>
    public IEnumerable<string> Orders =>
        Actions.SelectMany<RackAction, string>(action =>
            action switch
            {
                SwitchNode order => [$"{order.Node} {order.Action}"],
                WakeNode order => [$"{order.Node} Wake"],
                _ => [],
            }
        );

    /// <summary>The nodes at which an order under way was recalled.</summary>
    public IEnumerable<string> Recalls => Actions.OfType<RecallNode>().Select(action => action.Node.Text);

    public NodeSnapshot Node(string name) => Controller.Snapshot.Nodes.Single(node => node.Node.Text == name);

    public NodeState State(string name) => Node(name).State;

    public ZoneSnapshot Zone(string name = Plans.ZoneA) =>
        Controller.Snapshot.Zones.Single(zone => zone.Zone.Text == name);

    public double Duty => Zone().Duty.Value;

    public IEnumerable<string> Alarms => Controller.Snapshot.Alarms.Select(alarm => alarm.Code);

    /// <summary>From now on the node looks like this; a node that is on is also present, unless told otherwise.</summary>
    public void See(string name, PowerState power, Presence? presence = null) =>
        nodes[new NodeId(name)] = (power, presence ?? (power == PowerState.On ? Presence.Present : Presence.Absent));

    /// <summary>From now on nothing is heard of a node, not even that it does not answer.</summary>
    public void Lose(string name) => nodes.Remove(new NodeId(name));

    /// <summary>All temperatures of a zone.</summary>
    public void Heat(string zone, double celsius)
    {
        foreach (var sensor in plan.Zones.Single(z => z.Zone.Text == zone).Temperatures)
        {
            Show(sensor.Text, celsius, Unit.Celsius);
        }
    }

    public void Heat(double celsius) => Heat(Plans.ZoneA, celsius);

    public void Show(string sensor, double value, Unit unit, Quality quality = Quality.Good) =>
        readings[new SensorId(sensor)] = new Reading(value, unit, default, quality);

    public void Silence(string sensor)
    {
        readings.Remove(new SensorId(sensor));
        inputs.Remove(new SensorId(sensor));
    }

    public void Trip(string input, SafetyState state) => inputs[new SensorId(input)] = state;

    /// <param name="charge">Null: it does not tell.</param>
    public void Battery(UpsState state, double? charge) => ups = (state, charge);

    public void LoseBattery() => ups = null;

    /// <summary>The devices' word on every action so far that has none.</summary>
    public void Confirm(bool done = true, string detail = "") =>
        results.AddRange(Actions.Select(action => new ActionResult(action.Id, done, detail)));

    public void Answer(RackAction action, bool done, string detail = "") =>
        results.Add(new ActionResult(action.Id, done, detail));

    public NodeCommand Ask(NodeVerb verb, string node, double deadlineS = 300, string? id = null) =>
        new(id ?? $"c{++lastCommand}", "ana", TimeSpan.FromSeconds(deadlineS), new NodeId(node), verb);

    public FanModeCommand Ask(FanMode mode, double duty = 100, double deadlineS = 300, string zone = Plans.ZoneA) =>
        new($"c{++lastCommand}", "ana", TimeSpan.FromSeconds(deadlineS), new ZoneId(zone), mode, new Percent(duty));

    /// <summary>Time passes, then one step with everything seen again.</summary>
    public RackOutputs Step(double seconds = 1, params IReadOnlyList<OperatorCommand> commands)
    {
        Now += TimeSpan.FromSeconds(seconds);
        var outputs = Controller.Step(Look() with { Commands = commands });
        Events.AddRange(outputs.Events);
        Actions.AddRange(outputs.Actions);
        Outcomes.AddRange(outputs.Outcomes);
        if (FansAnswer)
        {
            results.AddRange(outputs.Actions.OfType<SetFanDuty>().Select(fan => new ActionResult(fan.Id, true, "")));
        }

        return outputs;
    }

    /// <summary>A step with one command; what is then known of it.</summary>
    public CommandOutcome Give(OperatorCommand command) =>
        Step(1, command).Outcomes.Last(outcome => outcome.Id == command.Id);

    /// <summary>Steps of one second.</summary>
    public RackRig Run(double seconds = 1)
    {
        for (var passed = 0.0; passed < seconds; passed++)
        {
            Step();
        }

        return this;
    }

    /// <summary>What is to be seen now.</summary>
    public RackInputs Look()
    {
        var inputsNow = new RackInputs(Now, Morning + TimeSpan.FromSeconds(Now.Seconds))
        {
            Nodes =
            [
                .. nodes.Select(n => new NodeObservation(
                    n.Key,
                    new PowerObservation(
                        n.Value.Power,
                        Now,
                        n.Value.Power == PowerState.Unknown ? "its BMC is silent" : ""
                    ),
                    n.Value.Presence
                )),
            ],
            Readings = [.. readings.Select(r => new SensorReading(r.Key, r.Value with { At = Now }))],
            Safety =
            [
                .. inputs.Select(i => new SafetyObservation(
                    i.Key,
                    i.Value,
                    Now,
                    i.Value == SafetyState.Unknown ? "no answer" : ""
                )),
            ],
            Ups = ups is { } battery
                ? new UpsObservation(
                    battery.State,
                    battery.Charge is { } charge
                        ? Reading.Good(new Percent(charge), Now)
                        : Reading.Absent(Unit.Percent),
                    Reading.Absent(Unit.Watt),
                    Now,
                    ""
                )
                : null,
            Results = [.. results],
        };
        results.Clear();
        return inputsNow;
    }
}
