using System.Security.Cryptography;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Tests;

/// <summary>Outboxes for tests, and what goes into them.</summary>
internal static class Outboxes
{
    public const string GapTopic = "rack/r1/gap";

    public static readonly DateTimeOffset Time = new(2031, 5, 6, 7, 8, 9, 120, TimeSpan.Zero);

    public static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Many small segments, and nothing beside them.</summary>
    public static OutboxLimits Small { get; } =
        new()
        {
            SegmentBytes = 2000,
            BatchMessages = 64,
            BallastBytes = 0,
            ReserveBytes = 20_000,
            RecentMessages = 32,
            Quality = 1,
        };

    public static DurableOutbox Open(IDurableFolder folder, string reader, OutboxLimits? limits = null) =>
        new(folder, limits ?? new OutboxLimits { BallastBytes = 0 }, new GapSigner(Key), GapTopic, reader);

    public static Draft Metric(string topic, string payload, DateTimeOffset? time = null) =>
        Of(MessageClass.Metric, topic, payload, time);

    public static Draft Of(MessageClass kind, string topic, string payload, DateTimeOffset? time = null) =>
        new(
            kind,
            time ?? Time,
            new MqttMessage(topic, System.Text.Encoding.UTF8.GetBytes(payload))
            {
                Qos = MqttQos.AtLeastOnce,
                Retain = kind == MessageClass.State,
            }
        );

    /// <summary>Everything that a reader's broker would get now, acknowledged at once.</summary>
    public static List<MqttMessage> Drain(DurableOutbox outbox, string reader)
    {
        var feed = new OutboxFeed(outbox, reader, new FeedOptions());
        feed.Connect(default);
        var sent = new List<MqttMessage>();
        while (feed.Next(default) is { Count: > 0 } batch)
        {
            foreach (var one in batch)
            {
                sent.Add(feed.ToSend(one));
                feed.Acknowledge(one.One.Sequence, default);
            }
        }

        feed.Disconnect();
        return sent;
    }
}
