using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>What strangers do to a broker, while a well-behaved client keeps working.</summary>
public sealed class HostileClientTests
{
    private static readonly ConnectPacket Connect = new(MqttVersion.V5, "hostile", true, 0);

    /// <summary>PUBLISH with a remaining length of 100,000,000.</summary>
    private static readonly byte[] HugePublish = [0x30, 0x80, 0xC2, 0xD7, 0x2F, 0x00, 0x01, (byte)'t'];

    [Fact]
    public async Task Half_a_packet_and_then_the_end_is_just_the_end()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var good = await GoodClientAsync(broker);
        for (var i = 0; i < 50; i++)
        {
            using var hostile = await RawClient.ConnectAsync(broker.EndPoint);
            await hostile.SendAsync(new byte[] { 0x10, 0x20, 0x00, 0x04 });
            hostile.CloseSending();
            Assert.Null(await hostile.ReadAsync());
        }

        await AssertAliveAsync(good);
        // Nothing is left of them that could spin.
        await UntilAsync(broker, status => status.Connections == 1);
    }

    [Fact]
    public async Task A_payload_of_100_MB_is_refused_before_it_comes()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var good = await GoodClientAsync(broker);
        using var hostile = await RawClient.ConnectAsync(broker.EndPoint);
        await hostile.SendAsync(Connect);
        Assert.IsType<ConnAckPacket>(await hostile.ReadAsync());
        await hostile.SendAsync(HugePublish);
        var end = Assert.IsType<DisconnectPacket>(await hostile.ReadAsync());
        Assert.Equal(ReasonCode.PacketTooLarge, end.Reason);
        Assert.Null(await hostile.ReadAsync());
        await AssertAliveAsync(good);
    }

    [Fact]
    public async Task A_payload_of_100_MB_before_connecting_is_refused_too()
    {
        await using var broker = await TestBroker.StartAsync();
        using var hostile = await RawClient.ConnectAsync(broker.EndPoint);
        await hostile.SendAsync(new byte[] { 0x10, 0x80, 0xC2, 0xD7, 0x2F });
        Assert.Null(await hostile.ReadAsync());
    }

    [Fact]
    public async Task Garbage_ends_only_the_connection_it_came_on()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var good = await GoodClientAsync(broker);
        var random = new SeededRandom(7);
        for (var i = 0; i < 200; i++)
        {
            using var hostile = await RawClient.ConnectAsync(broker.EndPoint);
            if (random.Chance(0.5))
            {
                await hostile.SendAsync(Connect);
            }

            var garbage = new byte[1 + random.Next(2_000)];
            random.Fill(garbage);
            await hostile.SendAsync(garbage);
        }

        await AssertAliveAsync(good);
        await UntilAsync(broker, status => status.Connections == 1);
    }

    [Fact]
    public async Task Mutated_packets_end_only_the_connection_they_came_on()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var good = await GoodClientAsync(broker);
        for (ulong seed = 0; seed < 200; seed++)
        {
            using var hostile = await RawClient.ConnectAsync(broker.EndPoint);
            await hostile.SendAsync(Connect);
            var packets = new RandomPackets(seed, MqttVersion.V5);
            for (var i = 0; i < 20; i++)
            {
                await SendMutatedAsync(hostile, packets.Next(), seed + (ulong)i);
            }
        }

        await AssertAliveAsync(good);
        await UntilAsync(broker, status => status.Connections == 1);
    }

    [Fact]
    public async Task A_client_that_does_not_say_CONNECT_is_closed()
    {
        var options = TestBroker.AnyPort with { ConnectTimeout = TimeSpan.FromMilliseconds(100) };
        await using var broker = await TestBroker.StartAsync(options);
        await using var good = await GoodClientAsync(broker);
        using var silent = await RawClient.ConnectAsync(broker.EndPoint);
        using var slow = await RawClient.ConnectAsync(broker.EndPoint);
        await slow.SendAsync(new byte[] { 0x10, 0x0D, 0x00 });
        Assert.Null(await silent.ReadAsync());
        Assert.Null(await slow.ReadAsync());
        await AssertAliveAsync(good);
    }

    [Fact]
    public async Task One_connection_too_many_is_closed_and_the_others_live()
    {
        await using var broker = await TestBroker.StartAsync(TestBroker.AnyPort with { ConnectionsMax = 3 });
        await using var good = await GoodClientAsync(broker);
        using var second = await RawClient.ConnectAsync(broker.EndPoint);
        using var third = await RawClient.ConnectAsync(broker.EndPoint);
        await UntilAsync(broker, status => status.Connections == 3);
        using var fourth = await RawClient.ConnectAsync(broker.EndPoint);
        Assert.Null(await fourth.ReadAsync());
        await AssertAliveAsync(good);
    }

    [Fact]
    public async Task A_subscriber_that_does_not_read_is_ended_and_costs_nobody_else()
    {
        var options = TestBroker.AnyPort with { QueueCountMax = 100_000, QueueBytesMax = 200_000 };
        await using var broker = await TestBroker.StartAsync(options);
        await using var good = await GoodClientAsync(broker);
        using var lazy = await RawClient.ConnectAsync(broker.EndPoint);
        await lazy.SendAsync(Connect);
        Assert.IsType<ConnAckPacket>(await lazy.ReadAsync());
        var everything = new Subscription("#", MqttQos.AtLeastOnce);
        await lazy.SendAsync(new SubscribePacket(1, [everything], Mqtt.Packets.Properties.None));
        Assert.IsType<SubAckPacket>(await lazy.ReadAsync());
        var payload = new string('x', 10_000);
        while (broker.Status.Overflowed == 0)
        {
            await good.PublishAsync("elsewhere", payload, MqttQos.AtLeastOnce);
        }

        await AssertAliveAsync(good);
    }

    private static async Task SendMutatedAsync(RawClient client, Packet packet, ulong seed)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        PacketEncoder.Write(buffer, packet, MqttVersion.V5);
        var bytes = buffer.WrittenSpan.ToArray();
        var random = new SeededRandom(seed);
        bytes[random.Next(bytes.Length)] ^= (byte)random.Next(256);
        try
        {
            await client.SendAsync(bytes);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The broker has closed already, as it should.
        }
    }

    private static Task<TestClient> GoodClientAsync(MqttBroker broker) =>
        TestClient.ConnectAsync(
            TestClient.Options(broker.EndPoint.Port, "good", new MqttSubscription("good", MqttQos.ExactlyOnce))
        );

    private static async Task AssertAliveAsync(TestClient good)
    {
        var outcome = await good.PublishAsync("good", "still here", MqttQos.ExactlyOnce);
        Assert.Equal(PublishResult.Delivered, outcome.Result);
        Assert.Equal("still here", (await good.NextAsync()).Text);
    }

    private static async Task UntilAsync(MqttBroker broker, Func<BrokerStatus, bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        while (!holds(broker.Status))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), patience.Token);
        }
    }
}
