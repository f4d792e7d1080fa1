namespace Holdfast.Mqtt.Broker.Access;

/// <summary>The rules that concern one client, with its names put in.</summary>
internal sealed class ClientAccess
{
    private readonly List<(bool IsAllowed, AccessRights Rights, string Filter)> rules = [];

    public ClientAccess(AccessSetup setup, BrokerClient client)
    {
        foreach (var rule in setup.Rules.Where(rule => Fits(rule.Who, setup, client)))
        {
            foreach (var pattern in rule.Topics)
            {
                if (TopicPattern.For(pattern, client.UserName, client.ClientId) is { } filter)
                {
                    rules.Add((rule.IsAllowed, rule.Rights, filter));
                }
            }
        }

        Quota = setup.Quotas.FirstOrDefault(quota => Fits(quota.Who, setup, client))?.Quota ?? BrokerQuota.None;
    }

    public BrokerQuota Quota { get; }

    public bool MayWrite(string topic) => Decide(AccessRights.Write, topic);

    public bool MayRead(string topic) => Decide(AccessRights.Read, topic);

    /// <summary>The filter as a whole must be allowed; of one that is denied in part, the messages are sorted out when they come.</summary>
    public bool MaySubscribe(string filter)
    {
        foreach (var (isAllowed, rights, pattern) in rules)
        {
            if ((rights & (AccessRights.Read | AccessRights.Subscribe)) != 0 && TopicPattern.Covers(pattern, filter))
            {
                return isAllowed;
            }
        }

        return false;
    }

    private bool Decide(AccessRights right, string topic)
    {
        foreach (var (isAllowed, rights, filter) in rules)
        {
            if ((rights & right) != 0 && TopicFilter.Matches(filter, topic))
            {
                return isAllowed;
            }
        }

        return false;
    }

    private static bool Fits(Who who, AccessSetup setup, BrokerClient client) =>
        (who.User is not { } user || (client.UserName is { } name && TopicPattern.IsLike(user, name)))
        && (
            who.Group is not { } group
            || (client.UserName is { } member && setup.Groups.GetValueOrDefault(group)?.Contains(member) == true)
        )
        && (who.Anonymous is not { } anonymous || anonymous == client.UserName is null);
}
