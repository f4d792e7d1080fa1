using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Holdfast.Firmware.Boards;
using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.Http;
using Holdfast.Gateway;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Hal.Linux.Files;
using Holdfast.Hil;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Client;
using Holdfast.Rack;
using Holdfast.Rack.Inventory;

namespace Holdfast.Firmware.Appliance;

/// <summary>Puts the appliance together, runs it until it is told to stop, and takes it apart in the order that leaves the rack safe.</summary>
internal static class ApplianceHost
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    /// <returns>The exit code: 0 when it was told to stop.</returns>
    /// <exception cref="StartException">It cannot start; the message says why and what to do.</exception>
    public static async Task<int> RunAsync(RunOptions options, CancellationToken stop)
    {
        try
        {
            using var folder = LinuxFolder.Open(options.DataFolder);
            await RunAsync(options, folder, stop);
            return 0;
        }
        catch (IOException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    private static async Task RunAsync(RunOptions options, LinuxFolder folder, CancellationToken stop)
    {
        var clock = RackClock.Start(
            options.Board.Simulator is null ? 1 : options.Speed ?? options.Board.Simulator.Speed
        );
        await using var container = await StartContainerAsync(options, clock, stop);
        var board = container is null ? options.Board : ContainerFactory.Locate(options.Board, container);
        await using var devices = DeviceFactory.Create(board, options.DataFolder);
        await using var broker = board.Mqtt is null ? await StartBrokerAsync(options.Mqtt, stop) : null;
        var topics = new RackTopics(board.Rack);
        await using var client = new MqttClient(
            GatewayLink.Prepare(BrokerAccess.OptionsFor(board, broker?.EndPoint), topics, clock.Time.GetUtcNow()),
            TimeProvider.System,
            NewRandom()
        );

        var parts = Assemble(
            board,
            folder,
            devices,
            client,
            topics,
            clock,
            broker is null ? $"{board.Mqtt}" : $"{broker.EndPoint} (embedded)"
        );
        await using var face = HttpFace.Build(
            parts.Appliance,
            options.Http,
            AccessToken.For(options.Http, options.DataFolder)
        );
        await StartFaceAsync(face, options.Http, stop);
        Announce(options, face, broker, parts.Damage);
        await RunLoopsAsync(parts, container, devices, stop);
        await face.StopAsync(CancellationToken.None);
    }

    private static Parts Assemble(
        Board board,
        LinuxFolder folder,
        Devices devices,
        MqttClient client,
        RackTopics topics,
        RackClock clock,
        string broker
    )
    {
        var plan = board.ToPlan();
        var inventory = new InventoryStore(folder);
        var memory = inventory.Load(out var damage);
        var events = new EventStore(folder);
        var sender = new EventSender(events);
        var controller = new RackController(plan, memory, events.LastSequence + 1);
        var record = new RackRecord(events, inventory, sender);
        var inbox = new ObservationInbox();
        var book = new SensorBook(BoardSensors.Of(board));
        var desk = new CommandDesk();
        var runner = new ActionRunner(devices, inbox, clock);
        GatewayLink? link = null;
        var views = new ViewBoard(
            controller.Snapshot,
            book,
            () => new GatewayView(client.IsConnected, broker, link?.Waiting ?? 0),
            clock
        );
        var appliance = new RunningAppliance(plan, views, desk, record);
        var rack = new GatewayRack(appliance);
        link = new GatewayLink(topics, client, sender, rack.Telemetry, rack, clock.Time.GetUtcNow, TimeProvider.System);
        var loop = new RackLoop(controller, record, inbox, desk, runner, views, clock);
        var poller = new DevicePoller(devices, inbox, book, clock);
        IEnumerable<string> found = [damage, .. events.Damage];
        return new Parts(appliance, loop, poller, runner, desk, link, [.. found.Where(text => text.Length > 0)]);
    }

    /// <summary>Runs until the stop, or until a part of the appliance breaks: then all of it stops, with that part's error.</summary>
    private static async Task RunLoopsAsync(
        Parts parts,
        SimulatedContainer? container,
        Devices devices,
        CancellationToken stop
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var loop = parts.Loop.RunAsync(end.Token);
        Task[] loops = [loop, parts.Poller.RunAsync(end.Token), parts.Link.RunAsync(end.Token)];
        var never = Task.Delay(Timeout.Infinite, end.Token);
        var first = await Task.WhenAny([.. loops, parts.Runner.Broken, container?.Completion ?? never, never]);
        await end.CancelAsync();

        // A step that is under way may still start actions, and a fan that was given back must not be taken again.
        await loop.WaitAsync(StopWithin, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        parts.Desk.Close();
        await parts.Runner.DisposeAsync();
        using (var limit = new CancellationTokenSource(StopWithin))
        {
            await Task.WhenAll(devices.Fans.Select(fan => fan.ReleaseAsync(limit.Token)));
        }

        if (first.IsFaulted)
        {
            await first;
        }

        await Task.WhenAll(loops);
    }

    private static async Task<SimulatedContainer?> StartContainerAsync(
        RunOptions options,
        RackClock clock,
        CancellationToken stop
    )
    {
        if (options.Board.Simulator is not { } simulator)
        {
            return null;
        }

        var plan = ContainerFactory.PlanOf(options.Board, simulator with { Seed = options.Seed ?? simulator.Seed });
        var faults = FaultsFile.Read(options.FaultsFile, plan);
        var container = await SimulatedContainer.StartAsync(
            plan,
            Path.Combine(options.DataFolder, "sim"),
            clock.Time,
            stop
        );
        foreach (var fault in faults)
        {
            container.Order(fault);
        }

        return container;
    }

    private static async Task<MqttBroker> StartBrokerAsync(IPEndPoint endpoint, CancellationToken stop)
    {
        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            throw new StartException(
                $"the embedded broker serves this machine only and cannot listen on {endpoint}; use an address of the loopback, or name a broker of yours in the board file"
            );
        }

        try
        {
            return await MqttBroker.StartAsync(
                new MqttBrokerOptions { EndPoint = endpoint },
                TimeProvider.System,
                NewRandom(),
                stop
            );
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new StartException(
                $"the embedded broker cannot listen on {endpoint}: end what uses the port, or choose another with --mqtt",
                e
            );
        }
    }

    private static SeededRandom NewRandom() =>
        new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));

    private static async Task StartFaceAsync(WebApplication face, IPEndPoint endpoint, CancellationToken stop)
    {
        try
        {
            await face.StartAsync(stop);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new StartException(
                $"the page cannot be served on {endpoint} ({e.InnerException?.Message ?? e.Message}); end what uses the port, or choose another with --http",
                e
            );
        }
    }

    private static void Announce(
        RunOptions options,
        WebApplication face,
        MqttBroker? broker,
        IReadOnlyList<string> damage
    )
    {
        Console.WriteLine(
            $"Holdfast {ApiDocuments.FirmwareVersion}, rack {options.Board.Rack} ({options.Board.Title})"
        );
        Console.WriteLine($"  data   {options.DataFolder}");
        Console.WriteLine(
            broker is null
                ? $"  mqtt   reports to {options.Board.Mqtt}"
                : $"  mqtt   {broker.EndPoint} (embedded broker)"
        );
        foreach (var text in damage)
        {
            Console.WriteLine($"  note   {text}");
        }

        if (!IPAddress.IsLoopback(options.Http.Address))
        {
            Console.WriteLine(
                $"  token  {Path.Combine(options.DataFolder, AccessToken.FileName)} (asked for by page and API)"
            );
        }

        Console.WriteLine($"  page   {face.Urls.First()}  (Ctrl-C stops)");
    }

    private sealed record Parts(
        RunningAppliance Appliance,
        RackLoop Loop,
        DevicePoller Poller,
        ActionRunner Runner,
        CommandDesk Desk,
        GatewayLink Link,
        IReadOnlyList<string> Damage
    );
}
