namespace Holdfast.Mqtt.Broker;

/// <summary>
/// The members of one shared subscription (MQTT 5.0 §4.8.2): each message goes to one of them, in turn. Members that are
/// connected come before those that are away, and those whose window has room before those that are behind.
/// </summary>
internal sealed class SharedGroup
{
    /// <summary>More messages waiting than a client takes with one read: it is behind.</summary>
    private const int BehindCount = 64;

    private readonly List<(Session Session, HeldSubscription Subscription)> members = [];
    private int next;

    public bool IsEmpty => members.Count == 0;

    public bool HasConnected => members.Exists(member => member.Session.Link is not null);

    /// <summary>Members that are away, with what waits for them.</summary>
    public IEnumerable<Session> Away => members.Select(member => member.Session).Where(session => session.Link is null);

    /// <summary>Adds a member, or replaces its subscription.</summary>
    public void Set(Session session, HeldSubscription subscription)
    {
        var place = PlaceOf(session);
        if (place >= 0)
        {
            members[place] = (session, subscription);
        }
        else
        {
            members.Add((session, subscription));
        }
    }

    public void Remove(Session session)
    {
        var place = PlaceOf(session);
        if (place >= 0)
        {
            members.RemoveAt(place);
            next = next > place ? next - 1 : next;
        }
    }

    /// <summary>Whose turn it is of those who may read the topic; null where nobody is left.</summary>
    public (Session Session, HeldSubscription Subscription)? Choose(string topic)
    {
        var best = -1;
        var bestRank = int.MaxValue;
        for (var i = 0; i < members.Count && bestRank > 0; i++)
        {
            var place = (next + i) % members.Count;
            var rank = Rank(members[place].Session);
            if (rank < bestRank && members[place].Session.MayRead(topic))
            {
                best = place;
                bestRank = rank;
            }
        }

        if (best < 0)
        {
            return null;
        }

        next = (best + 1) % members.Count;
        return members[best];
    }

    private static int Rank(Session session) =>
        session.Link is null ? 2
        : session.Flow.HasRoom && session.Queue.WaitingCount < BehindCount ? 0
        : 1;

    private int PlaceOf(Session session) => members.FindIndex(member => member.Session == session);
}
