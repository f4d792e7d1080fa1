using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>A client's core, and a test in the place of its broker and its clock.</summary>
internal sealed class CoreAtBroker(MqttClientOptions options)
{
    public ClientCore<int> Core { get; } = new(options);

    public MonotonicTime Now { get; private set; } = MonotonicTime.FromSeconds(1_000);

    public SubscribePacket? LastSubscribe { get; private set; }

    /// <summary>Connects; what is subscribed then is granted, except at run time. Returns what was sent.</summary>
    public List<Packet> Connect(bool sessionPresent, Properties? welcome = null)
    {
        Core.StartLink(Now);
        var sent = Sent();
        Say(new ConnAckPacket(sessionPresent, ReasonCode.Success, welcome ?? Properties.None));
        while (Core.State == LinkState.AwaitingSubAck)
        {
            var asked = Sent();
            sent.AddRange(asked);
            foreach (var subscribe in asked.OfType<SubscribePacket>())
            {
                var reasons = subscribe.Subscriptions.Select(s => (ReasonCode)(byte)s.Qos).ToList();
                Say(new SubAckPacket(subscribe.PacketId, reasons, Properties.None));
            }
        }

        sent.AddRange(Sent());
        return sent;
    }

    public void Say(Packet packet) => Core.Receive(packet, Now);

    public void Lose() => Core.LoseLink("cut", Now);

    public void Pass(TimeSpan span)
    {
        Now += span;
        Core.Tick(Now);
    }

    public List<Packet> Sent()
    {
        var sent = new List<Packet>();
        while (Core.TryTake(Now, out var packet, out _))
        {
            sent.Add(packet);
            LastSubscribe = packet as SubscribePacket ?? LastSubscribe;
        }

        return sent;
    }

    public List<(int Tag, PublishOutcome Outcome)> Outcomes()
    {
        var outcomes = new List<(int, PublishOutcome)>();
        while (Core.TryTakeOutcome(out var outcome))
        {
            outcomes.Add(outcome);
        }

        return outcomes;
    }

    public PublishOutcome? Publish(MqttQos qos, int tag = 1, TimeSpan? expiry = null) =>
        Core.Offer(new MqttMessage("topic", new byte[] { 1 }) { Qos = qos, Expiry = expiry }, tag, Now);
}
