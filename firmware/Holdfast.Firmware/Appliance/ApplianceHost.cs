using System.Net;
using System.Net.Sockets;
using Holdfast.Firmware.Boards;
using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.Http;
using Holdfast.Gateway;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Hal.Linux.Files;
using Holdfast.Hil;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.Appliance;

/// <summary>Puts the appliance together, runs it until it is told to stop, and takes it apart in the order that leaves the rack safe.</summary>
internal static class ApplianceHost
{
    /// <summary>In the data folder: what waits for the broker.</summary>
    public const string OutboxFolder = "outbox";

    /// <returns>The exit code: 0 when it was told to stop.</returns>
    /// <exception cref="StartException">It cannot start; the message says why and what to do.</exception>
    public static async Task<int> RunAsync(RunOptions options, CancellationToken stop)
    {
        try
        {
            using var folder = LinuxFolder.Open(options.DataFolder);
            using var waiting = LinuxFolder.Open(Path.Combine(options.DataFolder, OutboxFolder));
            await RunAsync(options, folder, waiting, stop);
            return 0;
        }
        catch (IOException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    private static async Task RunAsync(
        RunOptions options,
        LinuxFolder folder,
        LinuxFolder waiting,
        CancellationToken stop
    )
    {
        var clock = RackClock.Start(
            options.Board.Simulator is null ? 1 : options.Speed ?? options.Board.Simulator.Speed
        );
        await using var container = await StartContainerAsync(options, clock, stop);
        var board = container is null ? options.Board : ContainerFactory.Locate(options.Board, container);
        await using var devices = DeviceFactory.Create(board, options.DataFolder);
        using var brokerFolder = board.Mqtt is null
            ? LinuxFolder.Open(Path.Combine(options.DataFolder, "mqtt-broker"))
            : null;
        await using var broker = brokerFolder is null
            ? null
            : await StartBrokerAsync(options, board, brokerFolder, stop);
        var topics = new RackTopics(board.Rack);
        await using var client = new MqttClient(
            GatewayLink.Prepare(BrokerAccess.OptionsFor(board, broker), topics, clock.Time.GetUtcNow()),
            TimeProvider.System,
            BrokerAccess.NewRandom()
        );

        using var key = OutboxKey.LoadOrCreate(options.DataFolder);
        var signer = new GapSigner(key);
        var outbox = new DurableOutbox(waiting, null, signer, topics.Gaps, GatewayLink.Reader);
        using var untold = board.Mqtt?.Sparkplug is null
            ? null
            : LinuxFolder.Open(Path.Combine(options.DataFolder, GridFaces.HistoryFolder));
        var parts = ApplianceParts.Assemble(
            board,
            folder,
            outbox,
            untold is null ? null : GridFaces.HistoryOn(untold, signer, topics.Gaps, outbox),
            devices,
            client,
            topics,
            clock,
            broker is null ? $"{board.Mqtt}" : $"{broker.Addresses[0]} (embedded)",
            Path.Combine(options.DataFolder, AccessFile.FileName)
        );
        await using var face = HttpFace.Build(
            parts.Appliance,
            options.Http,
            AccessToken.For(options.Http, options.DataFolder)
        );
        await StartFaceAsync(face, options.Http, stop);
        Announce(options, face, broker, parts.Damage);
        await parts.RunAsync(container?.Completion, stop);
        await face.StopAsync(CancellationToken.None);
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

    private static Task<EmbeddedBroker> StartBrokerAsync(
        RunOptions options,
        Board board,
        LinuxFolder folder,
        CancellationToken stop
    ) =>
        (options.MqttConfig ?? board.BrokerFile) is { } file
            ? EmbeddedBroker.StartAsync(file, folder, stop)
            : EmbeddedBroker.StartAsync(options.Mqtt, folder, stop);

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
        EmbeddedBroker? broker,
        IReadOnlyList<string> damage
    )
    {
        Console.WriteLine(
            $"Holdfast {ApiDocuments.FirmwareVersion}, rack {options.Board.Rack} ({options.Board.Title})"
        );
        Console.WriteLine($"  data   {options.DataFolder}");
        foreach (
            var address in broker?.Addresses.Select(a => $"{a} (embedded broker)")
                ?? [$"reports to {options.Board.Mqtt}"]
        )
        {
            Console.WriteLine($"  mqtt   {address}");
        }

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
}
