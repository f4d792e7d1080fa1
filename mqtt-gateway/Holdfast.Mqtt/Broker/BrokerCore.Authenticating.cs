using Holdfast.Mqtt.Broker.Authentication;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>An exchange of enhanced authentication under way on a link.</summary>
/// <param name="Connect">What is answered when it succeeds; null where the client is connected and does it again.</param>
internal sealed record Handshake(IAuthenticationExchange Exchange, ConnectPacket? Connect);

/// <summary>Enhanced authentication (§4.12), with CONNECT and again.</summary>
internal sealed partial class BrokerCore
{
    private void BeginAuthentication(Link link, ConnectPacket packet, string method, MonotonicTime now)
    {
        if (AuthenticatorOf(method) is not { } authenticator)
        {
            // [MQTT-4.12.0-1].
            Refuse(link, ReasonCode.BadAuthenticationMethod);
            return;
        }

        link.AuthenticationMethod = method;
        link.Handshake = new Handshake(authenticator.Begin(), packet);
        Continue(link, link.Handshake, packet.Properties, now);
    }

    /// <summary>AUTH, or what a client sends before it has authenticated.</summary>
    private void ReceiveWhileConnecting(Link link, Handshake handshake, Packet packet, MonotonicTime now)
    {
        switch (packet)
        {
            case AuthPacket { Reason: ReasonCode.ContinueAuthentication } auth when IsMethodOf(link, auth):
                Continue(link, handshake, auth.Properties, now);
                break;
            case DisconnectPacket:
                link.IsClosing = true;
                link.Wake();
                break;
            default:
                // Only AUTH or DISCONNECT [MQTT-3.1.2-30], with the method of CONNECT [MQTT-4.12.0-5].
                Refuse(link, ReasonCode.ProtocolError, "a packet that may not come while authenticating (§4.12)");
                break;
        }
    }

    private void ReceiveAuth(Link link, AuthPacket auth, MonotonicTime now)
    {
        switch (auth.Reason)
        {
            case ReasonCode.ReAuthenticate when IsMethodOf(link, auth):
                link.Handshake = new Handshake(AuthenticatorOf(link.AuthenticationMethod!)!.Begin(), null);
                Continue(link, link.Handshake, auth.Properties, now);
                break;
            case ReasonCode.ContinueAuthentication when link.Handshake is { } handshake && IsMethodOf(link, auth):
                Continue(link, handshake, auth.Properties, now);
                break;
            default:
                Close(link, ReasonCode.ProtocolError, now, "an AUTH that nothing asked for (§4.12, §4.12.1)");
                break;
        }
    }

    private IEnhancedAuthenticator? AuthenticatorOf(string method) =>
        options.Authenticators.FirstOrDefault(authenticator => authenticator.Method == method);

    private static bool IsMethodOf(Link link, AuthPacket auth) =>
        link.AuthenticationMethod is { } method && auth.Properties.AuthenticationMethod == method;

    private void Continue(Link link, Handshake handshake, Properties properties, MonotonicTime now)
    {
        var step = handshake.Exchange.Next((properties.AuthenticationData ?? default).Span);
        if (step.Outcome == AuthenticationOutcome.Continue)
        {
            link.Send(new AuthPacket(ReasonCode.ContinueAuthentication, Said(link, step)));
            return;
        }

        link.Handshake = null;
        var user = step.Outcome == AuthenticationOutcome.Success ? step.UserName : null;
        if (handshake.Connect is { } connect)
        {
            if (user is null)
            {
                Refuse(link, ReasonCode.NotAuthorized);
            }
            else
            {
                Admit(link, connect, step, now);
            }
        }
        else if (user is not null && user == link.Client!.UserName)
        {
            link.Send(new AuthPacket(ReasonCode.Success, Said(link, step)));
        }
        else
        {
            // Also for one who is somebody else now: rights were given to the first.
            Close(link, ReasonCode.NotAuthorized, now);
        }
    }

    private static Properties Said(Link link, AuthenticationStep step) =>
        new()
        {
            AuthenticationMethod = link.AuthenticationMethod,
            AuthenticationData = MessageRules.NullIfEmpty(step.Data),
        };
}
