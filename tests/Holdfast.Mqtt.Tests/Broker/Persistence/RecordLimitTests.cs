using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker.Persistence;

/// <summary>No single step may become a record longer than the log takes: that would end the broker, and it could not start again.</summary>
public sealed class RecordLimitTests
{
    private const int LongPayload = 12 * 1024;

    private readonly MemoryFolder folder = new();
    private readonly ManualTimeProvider clock = new();
    private readonly KeptBroker broker;

    public RecordLimitTests()
    {
        broker = new KeptBroker(folder, clock);
        broker.Start();
    }

    [Fact]
    public void Megabytes_of_retained_messages_for_one_subscriber_are_several_records()
    {
        var writer = broker.Connect("writer");
        broker.Commit();
        for (ushort i = 1; i <= 150; i++)
        {
            broker.Publish(writer, $"t/{i}", new string('x', LongPayload), MqttQos.AtLeastOnce, i, retain: true);
            broker.Commit();
        }

        var reader = broker.Connect("reader");
        broker.Commit();
        broker.Subscribe(reader, "t/#", MqttQos.AtLeastOnce);
        broker.Commit();
        Assert.Equal(150, broker.Read(reader).OfType<PublishPacket>().Count());
    }

    [Fact]
    public void Megabytes_of_retained_messages_that_nobody_is_promised_are_several_records()
    {
        var writer = broker.Connect("writer");
        broker.Commit();
        for (var i = 1; i <= 150; i++)
        {
            broker.Publish(writer, $"t/{i}", new string('x', LongPayload), MqttQos.AtMostOnce, 0, retain: true);
        }

        clock.Advance(TimeSpan.FromSeconds(10));
        broker.Commit();
        broker.Kill(new SeededRandom(1));
        broker.Start();
        Assert.Equal(150, broker.Core.Status.Retained);
    }

    [Fact]
    public void Many_wills_due_at_once_are_several_records()
    {
        var reader = broker.Connect("reader");
        broker.Subscribe(reader, "will/#", MqttQos.AtLeastOnce);
        broker.Commit();
        var links = Enumerable.Range(0, 120).Select(Mortal).ToList();
        broker.Commit();
        links.ForEach(link => broker.Core.Lose(link, broker.Now));
        broker.Commit();
        clock.Advance(TimeSpan.FromSeconds(10));
        broker.Core.Tick(broker.Now);
        broker.Commit();
        Assert.Equal(120, broker.Read(reader).OfType<PublishPacket>().Count());
    }

    [Fact]
    public void What_waited_for_a_shared_subscription_is_several_records_when_another_member_comes()
    {
        var away = broker.Connect("away");
        broker.Subscribe(away, "$share/g/t", MqttQos.AtLeastOnce);
        broker.Core.Lose(away, broker.Now);
        var writer = broker.Connect("writer");
        broker.Commit();
        for (ushort i = 1; i <= 150; i++)
        {
            broker.Publish(writer, "t", new string('x', LongPayload), MqttQos.AtLeastOnce, i);
            broker.Commit();
        }

        var there = broker.Connect("there");
        broker.Subscribe(there, "$share/g/t", MqttQos.AtLeastOnce);
        broker.Commit();
        Assert.Equal(150, broker.Read(there).OfType<PublishPacket>().Count());
    }

    private Link Mortal(int number)
    {
        var will = new Will(
            $"will/{number}",
            new byte[LongPayload],
            MqttQos.AtLeastOnce,
            Retain: false,
            new Holdfast.Mqtt.Packets.Properties { WillDelayInterval = 5 }
        );
        return broker.Connect($"mortal-{number}", will: will);
    }
}
