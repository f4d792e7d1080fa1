using System.Security.Cryptography;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Hil;
using Holdfast.Rack;
using Holdfast.Rack.Inventory;
using Holdfast.Testing;

namespace Holdfast.Simulation;

/// <summary>
/// One day of the container with the real controller and outbox, in virtual time, from one seed: random device faults, random operators,
/// a broker that comes and goes, a controller that is killed and started again. What must hold is checked all the time; what did
/// not is in <see cref="Violations"/>.
/// </summary>
internal sealed class SimulatedDay
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>After this no new fault begins, so that the rack must have recovered when the day ends.</summary>
    private static readonly TimeSpan Troubled = TimeSpan.FromHours(22);

    private static readonly TimeSpan PhysicsStep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ControlStep = TimeSpan.FromSeconds(2);
    private static readonly DateTimeOffset Midnight = new(2030, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ulong seed;
    private readonly DayPlan day;
    private readonly ContainerModel model;
    private readonly RackPlan rack;
    private readonly DeviceLayer devices;
    private static readonly GapSigner Signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private readonly MemoryFolder disk = new();
    private readonly MemoryFolder waiting = new();
    private readonly SeededRandom random;
    private readonly UnsteadyBroker broker;
    private readonly CoolingJudge judge;
    private readonly List<string> violations = [];
    private RackController controller;
    private InventoryStore inventory;
    private EventStore events;
    private DurableOutbox outbox;
    private OutboxFeed feed;
    private EventHandover handover;
    private int commandCount;

    public SimulatedDay(ulong seed)
    {
        this.seed = seed;
        random = new SeededRandom(seed);
        day = DayPlan.Draw(random);
        rack = day.Rack;
        model = new ContainerModel(day.Container, seed);
        devices = new DeviceLayer(model);
        broker = new UnsteadyBroker(random.Split());
        judge = new CoolingJudge(model);
        foreach (var fault in DayFaults.Draw(day.Container, random, Troubled))
        {
            model.Order(fault);
        }

        (controller, inventory, events, outbox, feed, handover) = Boot();
    }

    /// <summary>What did not hold, with the time; at most a few.</summary>
    public IReadOnlyList<string> Violations => violations;

    public RackController Controller => controller;

    public UnsteadyBroker Broker => broker;

    public SimulatedDay Run()
    {
        for (var now = TimeSpan.Zero; now < Day && violations.Count < 5; now += PhysicsStep)
        {
            model.Step(PhysicsStep);
            devices.Act(now);
            if (now.Ticks % ControlStep.Ticks == 0)
            {
                Control(now);
            }

            broker.Exchange(feed, now, steady: now > Troubled + TimeSpan.FromHours(1));
            Check(now);
        }

        if (violations.Count == 0)
        {
            CheckEvening();
        }

        return this;
    }

    private void Control(TimeSpan now)
    {
        if (now < Troubled && random.Chance(ControlStep / TimeSpan.FromHours(6)))
        {
            KillAndRestart();
        }

        var outputs = controller.Step(devices.Observe(new MonotonicTime(now.Ticks), Midnight + now, Operators(now)));
        events.Append(outputs.Events);
        events.Commit();
        handover.Run(Midnight + now);
        outbox.Tick(new MonotonicTime(now.Ticks));
        inventory.Save(controller.Memory);
        foreach (var action in outputs.Actions)
        {
            devices.Start(action, now);
        }
    }

    private (RackController, InventoryStore, EventStore, DurableOutbox, OutboxFeed, EventHandover) Boot()
    {
        var store = new InventoryStore(disk);
        var queue = new DurableOutbox(waiting, new OutboxLimits { BallastBytes = 0 }, Signer, "gap", "broker");
        var log = new EventStore(disk, witnessed: queue.Source);
        var memory = store.Load(out _);
        return (
            new RackController(rack, memory, log.LastSequence + 1),
            store,
            log,
            queue,
            new OutboxFeed(queue, "broker", new FeedOptions()),
            new EventHandover(log, queue, new RackTopics(new RackId("sim")))
        );
    }

    private void KillAndRestart()
    {
        disk.LosePower(random);
        waiting.LosePower(random);
        devices.Forget();
        broker.Disconnect();
        (controller, inventory, events, outbox, feed, handover) = Boot();
    }

    private OperatorCommand[] Operators(TimeSpan now)
    {
        if (now >= Troubled || !random.Chance(ControlStep / TimeSpan.FromMinutes(20)))
        {
            return [];
        }

        var node = day.Container.Nodes[random.Next(day.Container.Nodes.Length)].Node;
        NodeVerb[] verbs = [NodeVerb.On, NodeVerb.On, NodeVerb.On, NodeVerb.Wake, NodeVerb.Off, NodeVerb.Cycle];
        var verb = verbs[random.Next(verbs.Length)];
        return [new NodeCommand($"{seed}-{++commandCount}", "operator", TimeSpan.FromMinutes(5), node, verb)];
    }

    private void Check(TimeSpan now)
    {
        Require(model.NodesDraw <= day.Budget, now, $"the nodes draw {model.NodesDraw}");
        Require(devices.WorstDraw(now) <= day.Budget, now, $"the nodes could draw {devices.WorstDraw(now)}");
        Require(devices.Inrush(now) <= day.Inrush, now, $"the inrush is {devices.Inrush(now)}");
        Require(
            devices.OffOnUnknown.Count == 0,
            now,
            $"switched off on unknown: {string.Join("; ", devices.OffOnUnknown)}"
        );
        Require(broker.Wrong.Count == 0, now, $"events: {string.Join("; ", broker.Wrong)}");
        foreach (var complaint in judge.Judge(now))
        {
            Require(false, now, complaint);
        }
    }

    private void CheckEvening()
    {
        Require(
            broker.Taken.Count == events.LastSequence,
            Day,
            $"{broker.Taken.Count} of {events.LastSequence} events arrived"
        );
        foreach (
            var node in controller.Snapshot.Nodes.Where(node => node.State is NodeState.Unknown or NodeState.Stopping)
        )
        {
            Require(false, Day, $"{node.Node} is still {node.State}: {node.Reason}");
        }

        foreach (var zone in controller.Snapshot.Zones.Where(zone => zone.Failsafe || zone.Overheated))
        {
            Require(false, Day, $"{zone.Zone} has not recovered");
        }
    }

    private void Require(bool holds, TimeSpan now, string what)
    {
        if (!holds)
        {
            violations.Add($"seed {seed} at {now}: {what} (HOLDFAST_SEED={seed} replays it)");
        }
    }
}
