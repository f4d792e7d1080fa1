using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker.Persistence;

/// <summary>What strangers and damaged disks leave in a journal.</summary>
public sealed class HostileHistoryTests
{
    private readonly MemoryFolder folder = new();
    private readonly ManualTimeProvider clock = new();
    private readonly KeptBroker broker;

    public HostileHistoryTests()
    {
        broker = new KeptBroker(folder, clock);
        broker.Start();
    }

    [Fact]
    public void Clearing_what_was_never_retained_is_not_remembered()
    {
        var writer = broker.Connect("writer", expiry: 0);
        for (var i = 0; i < 1_000; i++)
        {
            broker.Publish(writer, $"never/{i}", "", MqttQos.AtMostOnce, 0, retain: true);
        }

        Assert.Equal(0, broker.Keeper.Journal.CasualCount);
    }

    [Fact]
    public void What_is_retained_and_cleared_again_does_not_pile_up()
    {
        var writer = broker.Connect("writer", expiry: 0);
        for (var i = 0; i < 1_000; i++)
        {
            var topic = $"{i}/{new string('t', 30_000)}";
            broker.Publish(writer, topic, "x", MqttQos.AtMostOnce, 0, retain: true);
            broker.Publish(writer, topic, "", MqttQos.AtMostOnce, 0, retain: true);
        }

        Assert.InRange(broker.Keeper.Journal.CasualCount, 0, 300);
    }

    [Fact]
    public void An_identifier_that_two_messages_have_is_the_later_ones()
    {
        var image = new BrokerImage();
        var session = image.Keep(1, "client");
        session.Expiry = TimeSpan.FromHours(1);
        for (var order = 0; order < 2; order++)
        {
            var packet = new PublishPacket("t", "x"u8.ToArray(), MqttQos.ExactlyOnce);
            var message = image.Add(new RoutedMessage(packet, "writer", clock.Now) { JournalId = order + 1 });
            var delivery = new Delivery(message, MqttQos.ExactlyOnce, Retain: false, []) { Order = order };
            image.Queue(session, delivery, isShared: false);
            // Between them stood that the first is done with, in a record that is damaged.
            image.Fly(session, order, packetId: 7, isReceived: false);
        }

        var core = new BrokerCore(new MqttBrokerOptions(), new SeededRandom(1));
        Assert.Equal(0, core.Restore(image, clock.Now));
        Assert.Equal(1, Assert.Single(session.Deliveries).Key);
    }
}
