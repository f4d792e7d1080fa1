using System.Net;
using System.Threading.Channels;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Sparkplug.Edge;
using Holdfast.Gateway.Sparkplug.Host;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;

namespace Holdfast.Gateway.Tests.Sparkplug.Strangers;

/// <summary>A broker for both kinds of test: Debian's mosquitto, or our own.</summary>
internal sealed class AnyBroker : IAsyncDisposable
{
    private readonly IAsyncDisposable broker;

    private AnyBroker(IAsyncDisposable broker, int port)
    {
        this.broker = broker;
        Port = port;
    }

    public int Port { get; }

    public static async Task<AnyBroker> StartAsync(string kind)
    {
        if (kind == "mosquitto")
        {
            var mosquitto = await Mosquitto.StartAsync();
            return new AnyBroker(mosquitto, mosquitto.Port);
        }

        var options = new MqttBrokerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var own = await MqttBroker.StartAsync(
            options,
            TimeProvider.System,
            new SeededRandom(1),
            CancellationToken.None
        );
        return new AnyBroker(own, own.EndPoint.Port);
    }

    public ValueTask DisposeAsync() => broker.DisposeAsync();
}

/// <summary>An edge node at work with the real client: rack r1 at site.</summary>
internal sealed class RunningEdge : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public RunningEdge(
        int port,
        SparkplugPlan? plan = null,
        MqttVersion version = MqttVersion.V5,
        MemoryFolder? disk = null
    )
    {
        disk ??= new MemoryFolder();
        Edge = new SparkplugEdge(plan ?? EdgeRig.Plan, new BirthDeathSequence(disk));
        var link = new SparkplugLink(
            Edge,
            options => new MqttClient(options, TimeProvider.System, new SeededRandom(2)),
            Options(port, "edge-r1") with
            {
                Version = version,
            },
            () => State.Now(),
            new Gates(Rack).Gate,
            EdgeRig.HistoryOn(disk),
            TimeProvider.System.GetUtcNow,
            TimeProvider.System
        );
        running = link.RunAsync(stop.Token);
    }

    public SparkplugEdge Edge { get; }

    public FakeRack Rack { get; } = new() { Always = new GatewayReply(200, "done", "on", "n1 is on") };

    public RackState State { get; } = new();

    public static MqttClientOptions Options(int port, string client) =>
        new("127.0.0.1", port, client)
        {
            BackoffMin = TimeSpan.FromMilliseconds(20),
            BackoffMax = TimeSpan.FromMilliseconds(100),
        };

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }
}

/// <summary>What the rack tells; the test changes it.</summary>
internal sealed class RackState
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string, string), Telemetry> told = new EdgeRig().Rack;

    public void Tell(Telemetry telemetry)
    {
        lock (gate)
        {
            told[(telemetry.Device, telemetry.Measurement)] = telemetry;
        }
    }

    public IReadOnlyList<Telemetry> Now()
    {
        lock (gate)
        {
            return [.. told.Values];
        }
    }
}

/// <summary>A host application at work with the real client, called scada.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<HostUpdate> updates = Channel.CreateUnbounded<HostUpdate>();
    private readonly Task running;

    public RunningHost(int port)
    {
        var plan = new SparkplugHostPlan("scada") { ReorderTimeout = TimeSpan.FromSeconds(1) };
        Link = new SparkplugHostLink(
            new SparkplugHost(plan),
            options => new MqttClient(options, TimeProvider.System, new SeededRandom(3)),
            RunningEdge.Options(port, "host-scada"),
            update => updates.Writer.TryWrite(update),
            TimeProvider.System
        );
        running = Link.RunAsync(stop.Token);
    }

    public SparkplugHostLink Link { get; }

    public async Task<HostUpdate> UntilAsync(HostNews news, string device = "", Func<HostUpdate, bool>? with = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var update = await updates.Reader.ReadAsync(patience.Token);
            if (update.News == news && update.Device == device && with?.Invoke(update) != false)
            {
                return update;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        await Link.DisposeAsync();
        stop.Dispose();
    }
}
