using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;

namespace Holdfast.Gateway.Tests.Link;

/// <summary>A gateway at work with the real client, for a rack named r1 with one node and one zone.</summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly MqttClient client;
    private readonly Task running;
    private readonly EventStore store;
    private readonly DurableOutbox outbox;

    private GatewayRig(MqttClientOptions options, MemoryFolder disk, MemoryFolder waiting)
    {
        var topics = new RackTopics(new RackId("r1"));
        client = new MqttClient(
            GatewayLink.Prepare(options, topics, TimeProvider.System.GetUtcNow()),
            TimeProvider.System,
            new SeededRandom(1)
        );
        outbox = Outboxes.Open(waiting, GatewayLink.Reader);
        store = new EventStore(disk, witnessed: outbox.Source);
        Link = new GatewayLink(
            topics,
            client,
            new EventHandover(store, outbox, topics),
            outbox,
            Now,
            new Gates(Rack, disk, twins: false).Commands,
            TimeProvider.System.GetUtcNow,
            TimeProvider.System
        );
        running = Link.RunAsync(stop.Token);
    }

    public FakeRack Rack { get; } = new();

    public GatewayLink Link { get; }

    /// <summary>Of n1.</summary>
    public string State { get; set; } = "off";

    public static GatewayRig Start(
        int port,
        MemoryFolder? disk = null,
        MemoryFolder? waiting = null,
        Func<MqttClientOptions, MqttClientOptions>? with = null
    )
    {
        var options = new MqttClientOptions("127.0.0.1", port, "holdfast-r1")
        {
            BackoffMin = TimeSpan.FromMilliseconds(20),
            BackoffMax = TimeSpan.FromMilliseconds(100),
        };
        return new GatewayRig(
            with?.Invoke(options) ?? options,
            disk ?? new MemoryFolder(),
            waiting ?? new MemoryFolder()
        );
    }

    public void Record(long first, long last)
    {
        store.Append(Events.Of(first, last));
        store.Commit();
    }

    /// <summary>Waits until the broker has every event.</summary>
    public async Task DeliveredAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (outbox.Source < store.LastSequence || Link.Waiting > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        await client.DisposeAsync();
        stop.Dispose();
    }

    private Telemetry[] Now() =>
        [
            Telemetry.Of("n1", "state", State),
            Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(24.5), MonotonicTime.FromSeconds(1))),
            Telemetry.Of("zone-a", "humidity", Reading.Absent(Unit.Percent)),
        ];
}
