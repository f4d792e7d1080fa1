using System.Net;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>The broker's core without sockets, with a clock that the test moves.</summary>
internal sealed class CoreRig(MqttBrokerOptions? options = null)
{
    public BrokerCore Core { get; } = new(options ?? new MqttBrokerOptions(), new SeededRandom(1));

    public MonotonicTime Now { get; private set; } = MonotonicTime.FromSeconds(5_000);

    public CorePeer Open() => new(this, Core.Open(IPAddress.Loopback, () => { }, Now)!);

    /// <summary>A connected client.</summary>
    public CorePeer Connect(
        string clientId,
        Properties? properties = null,
        Will? will = null,
        bool cleanStart = true,
        ushort keepAlive = 60,
        MqttVersion version = MqttVersion.V5
    )
    {
        var peer = Open();
        peer.Send(
            new ConnectPacket(version, clientId, cleanStart, keepAlive)
            {
                Properties = properties ?? Properties.None,
                Will = will,
            }
        );
        peer.Welcome = Assert.IsType<ConnAckPacket>(peer.Read()[0]);
        return peer;
    }

    /// <summary>Connects again with the same identifier; what waits stays to be read.</summary>
    public CorePeer Reconnect(string clientId, Properties properties)
    {
        var peer = Open();
        peer.Send(new ConnectPacket(MqttVersion.V5, clientId, false, 60) { Properties = properties });
        Assert.True(BrokerCore.TryTake(peer.Link, Now, out var welcome));
        peer.Welcome = Assert.IsType<ConnAckPacket>(welcome);
        return peer;
    }

    public void Pass(TimeSpan span)
    {
        Now += span;
        Core.Tick(Now);
    }

    public void Publish(
        string topic,
        MqttQos qos = MqttQos.AtMostOnce,
        bool retain = false,
        Properties? properties = null
    )
    {
        var peer = Connect($"publisher-{topic}");
        peer.Publish(topic, qos, retain, properties);
        peer.Lose();
    }
}

/// <summary>One connection to the core.</summary>
internal sealed class CorePeer(CoreRig rig, Link link)
{
    private ushort lastId;

    public ConnAckPacket Welcome { get; set; } = null!;

    public Link Link { get; } = link;

    public bool Send(Packet packet) => rig.Core.Receive(Link, packet, rig.Now);

    /// <summary>All that the broker has for us now.</summary>
    public List<Packet> Read()
    {
        var packets = new List<Packet>();
        while (BrokerCore.TryTake(Link, rig.Now, out var packet))
        {
            packets.Add(packet);
        }

        return packets;
    }

    public List<PublishPacket> Messages() => [.. Read().OfType<PublishPacket>()];

    public SubAckPacket Subscribe(params Subscription[] subscriptions) => Subscribe(Properties.None, subscriptions);

    public SubAckPacket Subscribe(Properties properties, params Subscription[] subscriptions)
    {
        Send(new SubscribePacket(++lastId, subscriptions, properties));
        Assert.True(BrokerCore.TryTake(Link, rig.Now, out var packet));
        return Assert.IsType<SubAckPacket>(packet);
    }

    public ushort Publish(
        string topic,
        MqttQos qos = MqttQos.AtMostOnce,
        bool retain = false,
        Properties? properties = null,
        string payload = "x"
    )
    {
        var id = qos == MqttQos.AtMostOnce ? (ushort)0 : ++lastId;
        var packet = new PublishPacket(topic, System.Text.Encoding.UTF8.GetBytes(payload), qos);
        Send(packet with { PacketId = id, Retain = retain, Properties = properties ?? Properties.None });
        return id;
    }

    public ReasonCode Disconnected() => Assert.IsType<DisconnectPacket>(Read()[^1]).Reason;

    public void Lose()
    {
        rig.Core.Lose(Link, rig.Now);
        rig.Core.Forget(Link);
    }
}
