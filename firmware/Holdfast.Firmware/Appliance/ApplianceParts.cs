using Holdfast.Firmware.Boards;
using Holdfast.Gateway;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Sparkplug.Edge;
using Holdfast.Gateway.Topics;
using Holdfast.Hal;
using Holdfast.Hal.Linux.Files;
using Holdfast.Mqtt.Client;
using Holdfast.Rack;
using Holdfast.Rack.Inventory;

namespace Holdfast.Firmware.Appliance;

/// <summary>The parts that make up a rack's controller: how they hang together, and the order in which they end.</summary>
internal sealed class ApplianceParts(
    RunningAppliance appliance,
    RackLoop loop,
    DevicePoller poller,
    ActionRunner runner,
    CommandDesk desk,
    GatewayLink link,
    SparkplugLink? sparkplug,
    IReadOnlyList<IFan> fans
)
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    public RunningAppliance Appliance => appliance;

    /// <summary>In words what was found damaged on the disk.</summary>
    public IReadOnlyList<string> Damage { get; private init; } = [];

    public static ApplianceParts Assemble(
        Board board,
        LinuxFolder folder,
        DurableOutbox outbox,
        SparkplugHistory? history,
        Devices devices,
        MqttClient client,
        RackTopics topics,
        RackClock clock,
        string broker,
        string accessFile
    )
    {
        var plan = board.ToPlan();
        var inventory = new InventoryStore(folder);
        var memory = inventory.Load(out var damage);
        var events = new EventStore(folder, witnessed: outbox.Source);
        var controller = new RackController(plan, memory, events.LastSequence + 1);
        var record = new RackRecord(events, inventory, outbox);
        var inbox = new ObservationInbox();
        var book = new SensorBook(BoardSensors.Of(board));
        var desk = new CommandDesk();
        var runner = new ActionRunner(devices, inbox, clock);
        var watch = new OutboxWatch();
        GatewayLink? link = null;
        var views = new ViewBoard(controller.Snapshot, book, () => GatewayOf(watch), clock);
        var appliance = new RunningAppliance(plan, views, desk, record);
        var rack = new GatewayRack(appliance);
        List<string> found = [damage, .. events.Damage, .. outbox.Damage];
        var commands = CommandAccess.Create(appliance, rack, inbox, folder, accessFile, found.Add);
        link = new GatewayLink(
            topics,
            client,
            new EventHandover(events, outbox, topics),
            outbox,
            rack.Telemetry,
            commands,
            clock.Time.GetUtcNow,
            TimeProvider.System
        )
        {
            HomeAssistant = GridFaces.HomeAssistantFor(board, folder),
        };
        var sparkplug = GridFaces.SparkplugFor(board, folder, history, rack, commands.Gate, clock);
        var loop = new RackLoop(controller, record, inbox, desk, runner, views, clock);
        var poller = new DevicePoller(devices, inbox, book, clock);
        return new ApplianceParts(appliance, loop, poller, runner, desk, link, sparkplug, devices.Fans)
        {
            Damage = [.. found.Where(text => text.Length > 0)],
        };

        GatewayView GatewayOf(OutboxWatch watch)
        {
            if (watch.Look(outbox.Problem, clock.Now) is { } note)
            {
                inbox.Post(note);
            }

            return new GatewayView(client.IsConnected, broker, link?.Waiting ?? 0, watch.Problem);
        }
    }

    /// <summary>Runs until the stop, or until a part of the appliance breaks: then all of it stops, with that part's error.</summary>
    /// <param name="container">Ends when the simulated container does; null: there is none.</param>
    public async Task RunAsync(Task? container, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var steps = loop.RunAsync(end.Token);
        Task[] loops =
        [
            steps,
            poller.RunAsync(end.Token),
            link.RunAsync(end.Token),
            .. sparkplug is null ? Array.Empty<Task>() : [sparkplug.RunAsync(end.Token)],
        ];
        var never = Task.Delay(Timeout.Infinite, end.Token);
        var first = await Task.WhenAny([.. loops, runner.Broken, container ?? never, never]);
        await end.CancelAsync();

        // A step that is under way may still start actions, and a fan that was given back must not be taken again.
        await steps
            .WaitAsync(StopWithin, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        desk.Close();
        await runner.DisposeAsync();
        using (var limit = new CancellationTokenSource(StopWithin))
        {
            await Task.WhenAll(fans.Select(fan => fan.ReleaseAsync(limit.Token)));
        }

        if (first.IsFaulted)
        {
            await first;
        }

        await Task.WhenAll(loops);
    }
}
