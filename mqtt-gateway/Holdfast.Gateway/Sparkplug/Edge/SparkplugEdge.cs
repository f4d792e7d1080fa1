using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>What is to be done with what the edge node has found out.</summary>
/// <param name="Send">To be published now, in this order.</param>
/// <param name="Keep">For <see cref="SparkplugHistory"/>: what nobody hears now.</param>
public sealed record EdgeOutput(IReadOnlyList<MqttMessage> Send, IReadOnlyList<Draft> Keep);

/// <summary>What a message asks of the edge node.</summary>
/// <param name="Commands">To be carried out; what became of each goes to <see cref="SparkplugEdge.Report"/>.</param>
/// <param name="EndSession">The primary host is gone: say the death, disconnect, and connect anew.</param>
public sealed record EdgeReaction(IReadOnlyList<GatewayCommand> Commands, bool EndSession);

/// <summary>
/// A rack as an edge node of Sparkplug B 3.0, its nodes, zones, meters and sensors as devices. Terms: a session lives on one connection,
/// from NBIRTH to NDEATH; a birth tells all metrics with names and aliases, data only what changed, by alias; seq counts the messages of a session,
/// bdSeq the connections. Guarantees: nothing before the births, no metric in data that was not born, no gap in seq, a device of which nothing is known
/// is dead, and what is not known is null. Pure: time and inputs are arguments. Not thread-safe.
/// </summary>
/// <param name="sequence">Where the connections are counted, across restarts.</param>
public sealed partial class SparkplugEdge(SparkplugPlan plan, BirthDeathSequence sequence)
{
    /// <summary>A host that asks for births all the time gets one a second.</summary>
    private static readonly TimeSpan BirthsApart = TimeSpan.FromSeconds(1);

    /// <summary>Shorter silences are not kept: the birth tells the present anyway.</summary>
    private static readonly TimeSpan KeepAfter = TimeSpan.FromSeconds(10);

    private readonly EdgeDevices tree = new(plan);
    private readonly PrimaryHost host = new(plan.PrimaryHost);
    private readonly Dictionary<string, Dictionary<string, EdgeMetric>> sent = new(StringComparer.Ordinal);
    private readonly HashSet<string> born = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> results = new(StringComparer.Ordinal);
    private readonly HashSet<string> reported = new(StringComparer.Ordinal);
    private IReadOnlyList<EdgeDevice> current = [];
    private MonotonicTime lastBirth = MonotonicTime.Never;
    private MonotonicTime? silentSince;
    private byte bdSeq;
    private int seq;
    private bool connected;
    private bool birthAsked;

    /// <summary>Whether the births of this session are out.</summary>
    public bool IsBorn => born.Contains(RackTree.Rack);

    /// <summary>Connections that stood, this one included.</summary>
    public int SessionCount { get; private set; }

    /// <summary>What the edge node's client has to be subscribed to.</summary>
    public IReadOnlyList<MqttSubscription> Subscriptions =>
        [
            new(new SparkplugTopic(plan.Group, SparkplugVerb.NCMD, plan.EdgeNode).ToString()),
            .. plan.Commands
                ? [new MqttSubscription($"{SparkplugTopic.Namespace}/{plan.Group}/DCMD/{plan.EdgeNode}/+")]
                : Array.Empty<MqttSubscription>(),
            .. plan.PrimaryHost is { } id
                ? [new MqttSubscription(SparkplugTopic.StateOf(id))]
                : Array.Empty<MqttSubscription>(),
        ];

    /// <summary>A connection is about to be made: its will. The session before it, if any, is over.</summary>
    public MqttMessage Will(DateTimeOffset now)
    {
        Disconnect();
        host.Forget();
        bdSeq = sequence.Take();
        return NodeDeath(now);
    }

    /// <summary>The connection stands, and so do its subscriptions.</summary>
    public void Connect()
    {
        connected = true;
        SessionCount++;
    }

    public void Disconnect()
    {
        connected = false;
        born.Clear();
    }

    /// <summary>Something that was sent may not have arrived: the hosts are told everything anew.</summary>
    public void AskBirth() => birthAsked = true;

    /// <summary>The end of the session in order; null where nothing was born in it.</summary>
    public MqttMessage? Death(DateTimeOffset now)
    {
        var death = IsBorn ? NodeDeath(now) : null;
        Disconnect();
        return death;
    }

    /// <summary>What there is to say, given what is so now. Call it a few times a second.</summary>
    public EdgeOutput Step(IReadOnlyList<Telemetry> telemetry, DateTimeOffset now, MonotonicTime at)
    {
        current = [.. tree.Of(telemetry).Select(WithResult)];
        if (!connected || !host.IsOnline)
        {
            silentSince ??= at;
            return new EdgeOutput([], at - silentSince.Value >= KeepAfter ? [.. Kept(now)] : []);
        }

        silentSince = null;
        var unborn = !IsBorn || NamesDiffer(current[0]);
        if ((unborn || birthAsked) && (!IsBorn || at - lastBirth >= BirthsApart))
        {
            lastBirth = at;
            birthAsked = false;
            return new EdgeOutput([.. Births(now)], []);
        }

        // Asked for a birth, data stop until it is out.
        return new EdgeOutput(unborn || birthAsked ? [] : [.. current.SelectMany(device => Changes(device, now))], []);
    }

    private EdgeDevice WithResult(EdgeDevice device) =>
        device.Metrics.Any(m => m.Writable)
            ? device with
            {
                Metrics =
                [
                    .. device.Metrics,
                    new EdgeMetric(
                        EdgeCommands.Result,
                        DataType.String,
                        results.GetValueOrDefault(device.Name),
                        MetricQuality.Good
                    ),
                ],
            }
            : device;
}
