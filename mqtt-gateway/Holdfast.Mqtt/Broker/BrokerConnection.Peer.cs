using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Broker;

/// <summary>The core as the other end of the connection sees it.</summary>
internal sealed partial class BrokerConnection : IPacketPeer
{
    /// <summary>A publisher that is held back is not silent: it is looked at so often.</summary>
    private static readonly TimeSpan HeldBackMax = TimeSpan.FromSeconds(1);

    private Throttle? throttle;

    /// <summary>A CONNECT whose password is to be looked at first. Nothing is read behind it meanwhile.</summary>
    private ConnectPacket? unproven;

    MqttVersion? IPacketPeer.Version => link!.Version;

    int IPacketPeer.PacketSizeMax => core.PacketSizeMax(link!);

    bool IPacketPeer.Receive(Packet packet) => ((IPacketPeer)this).Receive([packet]);

    /// <summary>Whoever gets something by these packets is sent it by this thread: that costs less than waking another.</summary>
    bool IPacketPeer.Receive(ReadOnlySpan<Packet> packets)
    {
        if (packets is [.., ConnectPacket connect] && CheckFor(connect) is not null)
        {
            unproven = connect;
            packets = packets[..^1];
        }

        return Take(packets);
    }

    private bool Take(ReadOnlySpan<Packet> packets)
    {
        var goesOn = true;
        List<Doorbell> woken;
        lock (gate)
        {
            wakings.Collect();
            var now = clock.Now;
            for (var i = 0; goesOn && i < packets.Length; i++)
            {
                Count(packets[i], now);
                goesOn = core.Receive(link!, packets[i], now);
            }

            woken = wakings.Take();
        }

        foreach (var bell in woken)
        {
            bell.RingHere();
        }

        return goesOn;
    }

    void IPacketPeer.Arrived(long bytes)
    {
        lock (gate)
        {
            traffic.BytesReceived += bytes;
        }
    }

    void IPacketPeer.Fail(DecodeError error)
    {
        lock (gate)
        {
            core.Fail(link!, error, clock.Now);
        }
    }

    bool IPacketPeer.Fill(PooledBuffer buffer)
    {
        lock (gate)
        {
            var now = clock.Now;
            while (buffer.Length < PacketConnection.BatchSize && BrokerCore.TryTake(link!, now, out var packet))
            {
                PacketEncoder.Write(buffer, packet, link!.Version ?? MqttVersion.V5);
                traffic.PacketsSent++;
                if (packet is PublishPacket publish)
                {
                    traffic.PublishesSent++;
                    traffic.PublishBytesSent += publish.Payload.Length;
                }
            }

            traffic.BytesSent += buffer.Length;
            return !link!.IsClosing || link.Control.Count > 0;
        }
    }

    void IPacketPeer.Written() => room.Ring();

    Task IPacketPeer.WaitForRoomAsync(CancellationToken cancellationToken) =>
        unproven is { } connect ? ProveAsync(connect, cancellationToken)
        : HasRoom(out var wait) ? Task.CompletedTask
        : RoomAsync(wait, cancellationToken);

    private async Task RoomAsync(TimeSpan? wait, CancellationToken cancellationToken)
    {
        do
        {
            await using var alarm = wait is { } span
                ? clock.CreateTimer(_ => room.Ring(), null, span, Timeout.InfiniteTimeSpan)
                : null;
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        } while (!HasRoom(out wait));
    }

    /// <param name="wait">Where there is none: when to ask again at the latest; null: when told so.</param>
    private bool HasRoom(out TimeSpan? wait)
    {
        lock (gate)
        {
            var now = clock.Now;
            if (!link!.IsClosing && throttle?.Wait(now) is { } pause && pause > TimeSpan.Zero)
            {
                link.Heard = now;
                wait = pause < HeldBackMax ? pause : HeldBackMax;
                return false;
            }

            var hasRoom = link.HasRoom(now, out var until);
            wait = until - now;
            return hasRoom;
        }
    }

    private IPasswordCheck? CheckFor(ConnectPacket connect) =>
        connect is { UserName: not null, Password: not null, Properties.AuthenticationMethod: null }
        && link is { Client: null, CertifiedName: null }
            ? policy as IPasswordCheck
            : null;

    /// <summary>Looks at the password of a CONNECT, which takes its time and so is not done under the lock, and then takes it.</summary>
    private async Task ProveAsync(ConnectPacket connect, CancellationToken cancellationToken)
    {
        unproven = null;
        var (user, password) = (connect.UserName!, connect.Password!.Value);
        var isRight = await CheckFor(connect)!.IsRightAsync(user, password, cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            link!.IsPasswordRight = isRight;
        }

        Take([connect]);
    }

    private void Count(Packet packet, MonotonicTime now)
    {
        traffic.PacketsReceived++;
        if (packet is PublishPacket publish)
        {
            traffic.PublishesReceived++;
            traffic.PublishBytesReceived += publish.Payload.Length;
            if (link!.Client is { } client)
            {
                throttle ??= new Throttle(policy.QuotaFor(client), now);
                throttle.Take(publish.Topic.Length + publish.Payload.Length, now);
            }
        }
        else if (packet is ConnectPacket)
        {
            traffic.Connects++;
        }
    }

    /// <summary>The journal's progress lets answers out, and so makes room for more.</summary>
    private void Wake()
    {
        wakings.Wake(output);
        room.Ring();
    }
}
