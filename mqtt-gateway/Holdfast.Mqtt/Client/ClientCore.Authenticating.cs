using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>Enhanced authentication (MQTT 5.0 §4.12): as the connection begins, and again while it is up.</summary>
internal sealed partial class ClientCore<TTag>
{
    /// <summary>AUTH packets of a broker in one exchange; none of the methods known needs more than three.</summary>
    private const int ChallengesMax = 16;

    private readonly Queue<PublishOutcome> reauthenticated = [];
    private IMqttAuthentication? authentication;
    private bool reauthenticating;
    private int challenges;
    private MonotonicTime? authenticationSent;

    /// <summary>Begins to authenticate again. Returns why it cannot be; else the outcome comes.</summary>
    public string? Reauthenticate(MonotonicTime now)
    {
        if (options.Authentication is null || !IsV5)
        {
            return "the client has no method of enhanced authentication";
        }

        if (State != LinkState.Up)
        {
            return whyDown;
        }

        if (reauthenticating)
        {
            return "the client authenticates again already";
        }

        BeginAuthentication();
        reauthenticating = true;
        authenticationSent = now;
        SendAuth(ReasonCode.ReAuthenticate, authentication!.Begin());
        return null;
    }

    public bool TryTakeReauthentication(out PublishOutcome outcome) => reauthenticated.TryDequeue(out outcome);

    /// <summary>Starts a new exchange; returns its method, null where there is none.</summary>
    private string? BeginAuthentication()
    {
        authentication = options.Authentication?.Invoke();
        challenges = 0;
        return authentication?.Method;
    }

    private void ReceiveAuth(AuthPacket auth, MonotonicTime now)
    {
        var expected = State == LinkState.AwaitingConnAck || reauthenticating;
        if (authentication is null || !expected || auth.Properties.AuthenticationMethod != authentication.Method)
        {
            Close(ReasonCode.ProtocolError, $"{Broker} sent an AUTH that answers nothing (MQTT 5.0 §4.12)");
            return;
        }

        switch (auth.Reason)
        {
            case ReasonCode.ContinueAuthentication when ++challenges <= ChallengesMax:
                AnswerChallenge(auth, now);
                break;
            case ReasonCode.Success when reauthenticating && IsBelieved(auth.Properties):
                EndReauthentication(new PublishOutcome(PublishResult.Delivered, ""));
                break;
            case ReasonCode.Success when reauthenticating:
                break;
            default:
                Close(ReasonCode.ProtocolError, $"{Broker} sent an AUTH that it may not (MQTT 5.0 §4.12)");
                break;
        }
    }

    private void AnswerChallenge(AuthPacket auth, MonotonicTime now)
    {
        var step = authentication!.Answer(auth.Properties.AuthenticationData ?? default);
        if (step.Problem is { } problem)
        {
            Close(ReasonCode.NotAuthorized, $"{Broker} did not authenticate itself: {problem}");
            return;
        }

        authenticationSent = reauthenticating ? now : null;
        SendAuth(ReasonCode.ContinueAuthentication, step.Data);
    }

    /// <summary>Whether the broker, too, has proven who it is, where the method asks for that. Else the link closes.</summary>
    private bool IsBelieved(Properties properties)
    {
        if (authentication?.Finish(properties.AuthenticationData ?? default) is not { } problem)
        {
            return true;
        }

        Close(ReasonCode.NotAuthorized, $"{Broker} did not authenticate itself: {problem}");
        return false;
    }

    private void SendAuth(ReasonCode reason, ReadOnlyMemory<byte> data) =>
        control.Enqueue(
            new AuthPacket(
                reason,
                new Properties
                {
                    AuthenticationMethod = authentication!.Method,
                    AuthenticationData = MessageRules.NullIfEmpty(data),
                }
            )
        );

    private void EndReauthentication(PublishOutcome outcome)
    {
        if (reauthenticating)
        {
            reauthenticating = false;
            authenticationSent = null;
            reauthenticated.Enqueue(outcome);
        }
    }
}
