using System.Net;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;
using Holdfast.Testing;

namespace Holdfast.Mqtt.Tests.Broker.Persistence;

/// <summary>A broker's core on a folder that can lose its power, driven step by step.</summary>
internal sealed class KeptBroker(MemoryFolder folder, ManualTimeProvider clock, long rewriteAfter = 8 * 1024 * 1024)
{
    private JournalKeeper keeper = null!;

    public BrokerCore Core { get; private set; } = null!;

    public JournalKeeper Keeper => keeper;

    public MonotonicTime Now => clock.Now;

    /// <summary>Starts it on what the folder holds.</summary>
    public void Start()
    {
        keeper = JournalKeeper.Open(folder, clock, recordBytesMax: 1024 * 1024, rewriteAfter);
        Core = new BrokerCore(new MqttBrokerOptions(), new SeededRandom(1), keeper.Journal);
        Core.Restore(keeper.Image, Now);
    }

    /// <summary>The power goes: what was not flushed is gone, or half there.</summary>
    public void Kill(SeededRandom random) => folder.LosePower(random);

    /// <summary>Everything remembered so far goes to the disk.</summary>
    public void Commit()
    {
        while (keeper.Gather(Core, Now))
        {
            keeper.Write();
            keeper.Finish(Core);
        }
    }

    public Link Open() => Core.Open(IPAddress.Loopback, () => { }, Now)!;

    public bool Send(Link link, Packet packet) => Core.Receive(link, packet, Now);

    public List<Packet> Read(Link link)
    {
        var packets = new List<Packet>();
        while (BrokerCore.TryTake(link, Now, out var packet))
        {
            packets.Add(packet);
        }

        return packets;
    }

    /// <summary>A connected client whose session lasts for an hour.</summary>
    public Link Connect(string clientId, bool cleanStart = false, Will? will = null, uint expiry = 3600)
    {
        var link = Open();
        Send(
            link,
            new ConnectPacket(MqttVersion.V5, clientId, cleanStart, 60)
            {
                Properties = new Holdfast.Mqtt.Packets.Properties { SessionExpiryInterval = expiry },
                Will = will,
            }
        );
        return link;
    }

    public void Subscribe(Link link, string filter, MqttQos qos) =>
        Send(link, new SubscribePacket(1, [new Subscription(filter, qos)], Holdfast.Mqtt.Packets.Properties.None));

    public void Publish(Link link, string topic, string payload, MqttQos qos, ushort packetId, bool retain = false) =>
        Send(
            link,
            new PublishPacket(topic, System.Text.Encoding.UTF8.GetBytes(payload), qos)
            {
                PacketId = packetId,
                Retain = retain,
            }
        );
}
