using System.Net;
using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>What outlives the broker: back from the journal, and what the journal says of its disk.</summary>
internal sealed partial class BrokerCore
{
    /// <summary>For rewriting the journal; what changes meanwhile is written down anyway.</summary>
    public (IReadOnlyList<Session> Sessions, IReadOnlyList<RoutedMessage> Retained) Kept =>
        ([.. sessions.Values.Where(session => session.JournalId > 0)], [.. retained.All]);

    /// <summary>Whether it still is its topic's retained message.</summary>
    public bool IsRetained(RoutedMessage message) => retained.Find(message.Packet.Topic) == message;

    /// <summary>More is on disk: what was promised by it may be said.</summary>
    public void Committed() => gate.Open();

    /// <summary>The disk takes nothing: whoever waits for a promise is told so by the end of its connection.</summary>
    public void GiveUpPromises(MonotonicTime now)
    {
        foreach (var link in gate.Stuck())
        {
            Close(link, ReasonCode.QuotaExceeded, now, "the broker's disk takes nothing");
        }

        SendDueWills(now);
    }

    /// <summary>Takes over what the journal kept. Only before anything else.</summary>
    /// <returns>Messages and sessions that the limits have no room for any more.</returns>
    public int Restore(BrokerImage image, MonotonicTime now)
    {
        var left = 0;
        foreach (var message in image.Retained)
        {
            left += message.IsExpired(now) || retained.TrySet(message) ? 0 : 1;
        }

        foreach (var kept in image.Sessions)
        {
            var session = new Session(kept.ClientId, new DeliveryQueue(options, budget))
            {
                JournalId = kept.Id,
                Owner = new BrokerClient(kept.ClientId, kept.UserName, IPAddress.None, MqttVersion.V5),
                Policy = options.Policy,
                Expiry = kept.Expiry,
                ExpiresAt = kept.ExpiresAt,
                PendingWill = kept.Will,
                NextOrder = kept.NextOrder,
            };
            if (sessions.Count >= options.SessionsMax || !sessions.TryAdd(kept.ClientId, session))
            {
                left++;
                continue;
            }

            left += Fill(session, kept);
        }

        return left;
    }

    private int Fill(Session session, SessionImage kept)
    {
        var left = 0;
        foreach (var (filter, held) in kept.Subscriptions)
        {
            session.Subscriptions[filter] = held;
            subscriptionBytes += SubscriptionTree.BytesOf(filter);
            tree.Add(filter, session, held);
        }

        session.Received.UnionWith(kept.Received);
        foreach (var (delivery, packetId, isReceived) in kept.Deliveries.Values)
        {
            if (!session.Queue.TryRestore(delivery, isFlying: packetId > 0))
            {
                left++;
            }
            else if (packetId > 0)
            {
                var state = isReceived ? Sessions.FlightState.AwaitingPubComp : Sessions.FlightState.AwaitingPubRec;
                session.Flow.Restore(delivery, packetId, state);
            }
        }

        return left;
    }
}
