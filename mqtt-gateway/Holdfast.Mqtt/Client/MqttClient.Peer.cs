using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Client;

/// <summary>The client as one end of a connection.</summary>
public sealed partial class MqttClient : IPacketPeer
{
    MqttVersion? IPacketPeer.Version => options.Version;

    int IPacketPeer.PacketSizeMax => options.PacketSizeMax;

    bool IPacketPeer.Receive(Packet packet)
    {
        bool goesOn;
        lock (gate)
        {
            var wasUp = core.IsUp;
            core.Receive(packet, clock.Now);
            PassOn();
            goesOn = core.State != LinkState.Closing;
            if (core.IsUp && !wasUp)
            {
                Report(core.Connected!);
            }
        }

        output.Ring();
        if (packet is PublishPacket)
        {
            arrived.Ring();
        }

        return goesOn;
    }

    void IPacketPeer.Fail(DecodeError error)
    {
        lock (gate)
        {
            core.Fail(error);
        }

        output.Ring();
    }

    bool IPacketPeer.Fill(PooledBuffer buffer)
    {
        lock (gate)
        {
            var now = clock.Now;
            while (buffer.Length < PacketConnection.BatchSize && core.TryTake(now, out var packet, out var written))
            {
                PacketEncoder.Write(buffer, packet, options.Version);
                if (written.Has)
                {
                    unwritten.Add(written.Tag);
                }
            }

            // Some outcomes become known here: of messages that the broker's new limits forbid.
            PassOn();
            return core.State != LinkState.Closing || buffer.Length >= PacketConnection.BatchSize;
        }
    }

    void IPacketPeer.Written()
    {
        lock (gate)
        {
            unwritten.ForEach(answer => answer.TrySetResult(new PublishOutcome(PublishResult.Delivered, "")));
            unwritten.Clear();
        }
    }
}
