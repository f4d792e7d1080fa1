using System.Text;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker.Persistence;

/// <summary>What a broker finds again after its end, and what it says meanwhile.</summary>
public sealed class JournalTests
{
    private readonly MemoryFolder folder = new();
    private readonly ManualTimeProvider clock = new();
    private readonly KeptBroker broker;

    public JournalTests()
    {
        broker = new KeptBroker(folder, clock);
        broker.Start();
    }

    [Fact]
    public void An_acknowledgement_waits_for_the_disk_and_a_ping_does_not()
    {
        var reader = Connected("reader");
        broker.Subscribe(reader, "t", MqttQos.AtLeastOnce);
        broker.Commit();
        var writer = Connected("writer");
        broker.Publish(writer, "t", "x", MqttQos.AtLeastOnce, 7);
        broker.Send(writer, PingPacket.Request);
        Assert.Equal([PacketType.PingResp], broker.Read(writer).Select(packet => packet.Type));
        broker.Commit();
        Assert.Equal([PacketType.PubAck], broker.Read(writer).Select(packet => packet.Type));
    }

    [Fact]
    public void Retained_messages_come_again_the_last_of_each_topic()
    {
        var writer = Connected("writer");
        broker.Publish(writer, "a", "old", MqttQos.AtLeastOnce, 1, retain: true);
        broker.Publish(writer, "a", "new", MqttQos.AtLeastOnce, 2, retain: true);
        broker.Publish(writer, "b", "x", MqttQos.AtLeastOnce, 3, retain: true);
        broker.Publish(writer, "b", "", MqttQos.AtLeastOnce, 4, retain: true);
        broker.Publish(writer, "c", "casual", MqttQos.AtMostOnce, 0, retain: true);
        clock.Advance(TimeSpan.FromSeconds(10));
        broker.Commit();
        Restart();
        var reader = Connected("reader", expiry: 0);
        broker.Subscribe(reader, "#", MqttQos.AtLeastOnce);
        Assert.Equal(["a new", "c casual"], Texts(reader).Order());
    }

    [Fact]
    public void The_will_of_who_was_connected_is_sent_after_the_restart()
    {
        var will = new Will(
            "will",
            "gone"u8.ToArray(),
            MqttQos.AtLeastOnce,
            Retain: true,
            new Holdfast.Mqtt.Packets.Properties { WillDelayInterval = 5 }
        );
        broker.Connect("victim", will: will);
        broker.Commit();
        Restart();
        var reader = Connected("reader");
        broker.Subscribe(reader, "will", MqttQos.AtLeastOnce);
        broker.Commit();
        Assert.Empty(Texts(reader));
        clock.Advance(TimeSpan.FromSeconds(5));
        broker.Core.Tick(broker.Now);
        Assert.Equal(["will gone"], Texts(reader));
    }

    [Fact]
    public void A_session_away_for_too_long_over_the_restart_is_gone()
    {
        var link = Connected("client", expiry: 60);
        broker.Core.Lose(link, broker.Now);
        broker.Commit();
        clock.Advance(TimeSpan.FromSeconds(61));
        Restart();
        broker.Core.Tick(broker.Now);
        Assert.Equal(0, broker.Core.Status.Sessions);
    }

    [Fact]
    public void A_full_disk_refuses_promises_and_takes_them_again_when_there_is_room()
    {
        var writer = Connected("writer", expiry: 0);
        var other = Connected("other", expiry: 0);
        var keeper = broker.Keeper;
        var reader = Connected("reader");
        broker.Subscribe(reader, "t", MqttQos.AtLeastOnce);
        broker.Commit();
        broker.Read(reader);
        folder.Capacity = 0;
        broker.Publish(writer, "t", "1", MqttQos.AtLeastOnce, 1);
        Assert.True(keeper.Gather(broker.Core, broker.Now));
        Assert.Throws<IOException>(keeper.Write);
        keeper.Fail(broker.Core, broker.Now);
        // Who waited is told that it waits in vain; who comes now is refused.
        Assert.Equal(ReasonCode.QuotaExceeded, Assert.IsType<DisconnectPacket>(broker.Read(writer)[^1]).Reason);
        broker.Publish(other, "t", "2", MqttQos.AtLeastOnce, 1);
        Assert.Equal(ReasonCode.QuotaExceeded, Assert.IsType<AckPacket>(Assert.Single(broker.Read(other))).Reason);
        folder.Capacity = long.MaxValue;
        broker.Commit();
        broker.Publish(other, "t", "3", MqttQos.AtLeastOnce, 2);
        broker.Commit();
        Assert.Equal(ReasonCode.Success, Assert.IsType<AckPacket>(Assert.Single(broker.Read(other))).Reason);
        Assert.Equal(["t 1", "t 3"], Texts(reader));
    }

    [Fact]
    public void A_damaged_record_costs_itself_and_is_told()
    {
        var writer = Connected("writer");
        for (ushort i = 1; i <= 3; i++)
        {
            broker.Publish(writer, $"t/{i}", "x", MqttQos.AtLeastOnce, i, retain: true);
            broker.Commit();
        }

        var name = Assert.Single(folder.List());
        folder.FlipBit(name, (int)folder.Length(name) / 2, 3);
        Restart();
        Assert.NotEmpty(broker.Keeper.Damage);
        Assert.InRange(broker.Core.Status.Retained, 1, 2);
    }

    [Fact]
    public void What_passes_through_is_written_little_more_than_once()
    {
        const int Count = 30_000;
        const int Length = 256;
        var writer = Connected("writer", expiry: 0);
        var reader = Connected("reader");
        broker.Subscribe(reader, "plant/line-3/machine", MqttQos.AtLeastOnce);
        broker.Commit();
        broker.Read(reader);
        var before = folder.BytesWritten;
        var payload = new string('x', Length);
        for (var i = 1; i <= Count; i++)
        {
            broker.Publish(writer, "plant/line-3/machine", payload, MqttQos.AtLeastOnce, (ushort)(1 + (i % 60_000)));
            if (i % 8 == 0)
            {
                broker.Commit();
                broker.Read(writer);
                foreach (var publish in broker.Read(reader).OfType<PublishPacket>())
                {
                    broker.Send(reader, new AckPacket(PacketType.PubAck, publish.PacketId));
                }
            }
        }

        var amplification = (folder.BytesWritten - before) / (double)(Count * (Length + 20));
        TestContext.Current.TestOutputHelper?.WriteLine($"write amplification {amplification:0.000}");
        Assert.InRange(amplification, 1, 1.3);
        Assert.True(folder.List().Sum(folder.Length) < 16 * 1024 * 1024, "the log does not grow for ever");
    }

    private void Restart()
    {
        broker.Kill(new SeededRandom(1));
        broker.Start();
    }

    private Link Connected(string clientId, uint expiry = 3600)
    {
        var link = broker.Connect(clientId, expiry: expiry);
        broker.Commit();
        Assert.IsType<ConnAckPacket>(Assert.Single(broker.Read(link)));
        return link;
    }

    private List<string> Texts(Link link) =>
        [
            .. broker
                .Read(link)
                .OfType<PublishPacket>()
                .Select(packet => $"{packet.Topic} {Encoding.UTF8.GetString(packet.Payload.Span)}"),
        ];
}
