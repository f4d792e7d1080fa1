using Holdfast.Gateway.Consumer;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Bridge;

/// <summary>Which of several upstream brokers get the messages.</summary>
public enum UplinkMode
{
    /// <summary>The first, in order, that is connected; each message goes to one.</summary>
    Failover,

    /// <summary>Every one; each message waits until all have it, or until there is no more room for what waits for one that is gone.</summary>
    All,
}

/// <summary>An upstream broker.</summary>
/// <param name="Name">For people, and in mode <see cref="UplinkMode.All"/> the outbox's reader.</param>
/// <param name="UseEnvelope">For a broker of 3.1.1, which knows no user properties.</param>
/// <param name="BacklogPerSecond">The pace of what waited; null: as the broker takes it.</param>
public sealed record UplinkOptions(string Name, bool UseEnvelope = false, double? BacklogPerSecond = null);

/// <summary>A connection to an upstream broker, and what is on its way there.</summary>
internal sealed class Uplink
{
    private readonly UplinkOptions options;
    private readonly OutboxFeed feed;

    public Uplink(
        UplinkOptions options,
        IMqttClient client,
        DurableOutbox outbox,
        string reader,
        Func<DateTimeOffset> wallTime,
        TimeProvider clock
    )
    {
        this.options = options;
        Client = client;
        feed = new OutboxFeed(outbox, reader, new FeedOptions { BacklogPerSecond = options.BacklogPerSecond });
        Pump = new FeedPump(client, outbox, feed, ToSend, wallTime, clock);
    }

    public string Name => options.Name;

    public IMqttClient Client { get; }

    public FeedPump Pump { get; }

    public bool IsUp { get; set; }

    public bool IsOpen { get; set; }

    public MqttMessage Received(MqttMessage message) => options.UseEnvelope ? Envelope.Open(message) : message;

    private MqttMessage ToSend(Outgoing one) =>
        options.UseEnvelope ? Envelope.Wrap(feed.ToSend(one)) : feed.ToSend(one);
}
