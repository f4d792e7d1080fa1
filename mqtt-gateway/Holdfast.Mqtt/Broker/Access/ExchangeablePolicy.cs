using Holdfast.Mqtt.Broker.Authentication;

namespace Holdfast.Mqtt.Broker.Access;

/// <summary>A policy in whose place another can be put at any time; what is asked next, it answers.</summary>
public sealed class ExchangeablePolicy(AccessPolicy first) : IBrokerPolicy, IPasswordCheck, IScramCredentials
{
    private volatile AccessPolicy current = first;

    public bool FiltersReading => current.FiltersReading;

    public void Replace(AccessPolicy policy) => current = policy;

    public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) =>
        current.MayConnect(client, password);

    public ConnectVerdict MayConnectAuthenticated(BrokerClient client) => current.MayConnectAuthenticated(client);

    public bool MayStay(BrokerClient client, bool isCertified) => current.MayStay(client, isCertified);

    public bool MayPublish(BrokerClient client, string topic) => current.MayPublish(client, topic);

    public bool MaySubscribe(BrokerClient client, string filter) => current.MaySubscribe(client, filter);

    public bool MayRead(BrokerClient client, string topic) => current.MayRead(client, topic);

    public BrokerQuota QuotaFor(BrokerClient client) => current.QuotaFor(client);

    public Task<bool> IsRightAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken) =>
        current.IsRightAsync(user, password, cancellationToken);

    public ScramCredential? Find(string user) => current.Find(user);
}
