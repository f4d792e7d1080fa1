using System.Net;
using Holdfast.Mqtt.Broker.Access;

namespace Holdfast.Mqtt.Broker;

/// <summary>A client as the policy sees it. The password is asked about once and not kept.</summary>
public sealed record BrokerClient(string ClientId, string? UserName, IPAddress Address, MqttVersion Version);

/// <summary>What the policy says to a CONNECT.</summary>
public enum ConnectVerdict
{
    Accept,

    /// <summary>CONNACK 0x86; 3.1.1: 4.</summary>
    BadUserNameOrPassword,

    /// <summary>CONNACK 0x87; 3.1.1: 5.</summary>
    NotAuthorized,
}

/// <summary>Who may do what at a broker. Asked under the broker's lock: answers at once and calls nothing of the broker.</summary>
public interface IBrokerPolicy
{
    /// <param name="password">Empty where the client gave none. To be compared in constant time.</param>
    ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password);

    /// <summary>Asked instead where the client has proven its user name by enhanced authentication, a certificate or a checked password; by default nobody may.</summary>
    ConnectVerdict MayConnectAuthenticated(BrokerClient client) => ConnectVerdict.NotAuthorized;

    /// <summary>Asked about each that is connected when rules have changed; who may not is disconnected with 0x87, and keeps its session.</summary>
    /// <param name="isCertified">A certificate says its user name.</param>
    bool MayStay(BrokerClient client, bool isCertified) => true;

    /// <summary>Also asked about a will's topic when the client connects.</summary>
    bool MayPublish(BrokerClient client, string topic);

    /// <param name="filter">Of topics; of a shared subscription without "$share" and group.</param>
    bool MaySubscribe(BrokerClient client, string filter);

    /// <summary>Whether <see cref="MayRead"/> is to be asked about each message.</summary>
    bool FiltersReading => false;

    /// <summary>Whether a message of this topic may go to the client, connected or away; else it is passed over.</summary>
    bool MayRead(BrokerClient client, string topic) => true;

    /// <summary>How much of the broker a client may take. Asked once a connection.</summary>
    BrokerQuota QuotaFor(BrokerClient client) => BrokerQuota.None;
}
