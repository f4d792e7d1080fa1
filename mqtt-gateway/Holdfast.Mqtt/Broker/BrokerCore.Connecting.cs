using System.Globalization;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>CONNECT and DISCONNECT (§3.1, §3.2, §3.14, §4.1).</summary>
internal sealed partial class BrokerCore
{
    private const string NotPlain = "a control character or non-character (§1.5.4)";

    private void Connect(Link link, ConnectPacket packet, MonotonicTime now)
    {
        link.Version = packet.Version;
        link.PacketSizeMax = packet.Properties.MaximumPacketSize ?? uint.MaxValue;
        if (
            !Utf8Rules.IsPlain(packet.ClientId)
            || !Utf8Rules.IsPlain(packet.UserName)
            || !Utf8Rules.IsPlain(packet.Will?.Topic)
        )
        {
            RefuseFaulty(link, ReasonCode.MalformedPacket, NotPlain);
            return;
        }

        // 3.1.1 lets the server name a client only for a session that ends with the connection (3.1.1 [MQTT-3.1.3-8]).
        var mayBeNamed = packet.Version == MqttVersion.V5 || (packet.Version == MqttVersion.V311 && packet.CleanStart);
        if (packet.ClientId.Length > ClientIdLengthMax || (packet.ClientId.Length == 0 && !mayBeNamed))
        {
            Refuse(link, ReasonCode.ClientIdentifierNotValid);
            return;
        }

        if (packet.UserName?.Length > UserNameLengthMax)
        {
            Refuse(link, ReasonCode.BadUserNameOrPassword);
            return;
        }

        if (packet.Properties.AuthenticationMethod is { } method)
        {
            BeginAuthentication(link, packet, method, now);
        }
        else
        {
            Admit(link, packet, proof: null, now);
        }
    }

    /// <summary>
    /// What is not a valid CONNECT is answered where its version allows it (5.0 §4.13.1, but 3.1.1 [MQTT-3.1.4-1]); an unknown
    /// version always is [MQTT-3.1.2-2].
    /// </summary>
    private void RefuseFaulty(Link link, ReasonCode reason, string text)
    {
        var mayAnswer = link.Version == MqttVersion.V5 && options.ExplainsRefusals;
        if (mayAnswer || (link.Version is not null && reason == ReasonCode.UnsupportedProtocolVersion))
        {
            Refuse(link, reason, text);
        }
        else
        {
            Drop(link);
        }
    }

    private void Disconnect(Link link, Session session, DisconnectPacket packet, MonotonicTime now)
    {
        if (packet.Properties.SessionExpiryInterval is { } seconds)
        {
            if (session.Expiry == TimeSpan.Zero && seconds > 0)
            {
                Close(link, ReasonCode.ProtocolError, now, "a session expiry where CONNECT had none (§3.14.2.2.2)");
                return;
            }

            session.Expiry = Shortened(seconds);
        }

        link.Control.Clear();
        link.Promised.Clear();
        Drop(link);
        // [MQTT-3.14.4-3]: the will is not sent, unless the client asks for it with 0x04.
        Detach(link, sendWill: packet.Reason != ReasonCode.Success, now);
    }

    private string NewClientId()
    {
        string id;
        do
        {
            id = string.Create(CultureInfo.InvariantCulture, $"auto-{random.NextUInt64():x16}");
        } while (sessions.ContainsKey(id));

        return id;
    }
}
