using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>What the client does with the broker's silence, and with its own.</summary>
internal sealed partial class ClientCore<TTag>
{
    private MonotonicTime? readAgainAt;
    private bool isReadingHeld;

    /// <summary>Looks at the clock: pings, and gives up a broker that owes an answer too long. To be called now and then.</summary>
    public void Tick(MonotonicTime now)
    {
        if (State == LinkState.Down)
        {
            if (lostAt is { } lost && now - lost > options.SessionExpiry)
            {
                EndSession($"no connection to {Broker} for longer than the session lasts; last: {whyDown}");
            }

            return;
        }

        if (!isReadingHeld && OldestQuestion() is { } asked && now - asked.At > options.ResponseTimeout)
        {
            Close(ReasonCode.UnspecifiedError, $"{Broker} did not answer {asked.Question} in time");
        }
        else if (
            State == LinkState.Up
            && keepAlive > TimeSpan.Zero
            && (pingSent is null || isReadingHeld)
            && now - lastSent >= keepAlive * 0.7
        )
        {
            pingSent = now;
            control.Enqueue(PingPacket.Request);
        }
    }

    /// <summary>We read nothing for now, since the reader is slow: the broker's answers are not late before we read again.</summary>
    public void HoldReading(bool held, MonotonicTime now)
    {
        isReadingHeld = held;
        readAgainAt = now;
    }

    /// <summary>How often <see cref="Tick"/> is due, so that neither ping nor timeout comes late.</summary>
    public static TimeSpan TickPeriod(MqttClientOptions options)
    {
        var shortest =
            options.KeepAlive > TimeSpan.Zero && options.KeepAlive < options.ResponseTimeout
                ? options.KeepAlive
                : options.ResponseTimeout;
        return TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 8, 10, 2_000));
    }

    private (string Question, MonotonicTime At)? OldestQuestion()
    {
        if (OldestUnanswered() is not { } oldest)
        {
            return null;
        }

        return readAgainAt is { } since && since > oldest.At ? (oldest.Question, since) : oldest;
    }

    private (string Question, MonotonicTime At)? OldestUnanswered()
    {
        if (State == LinkState.AwaitingConnAck)
        {
            return ("CONNECT", linkStarted);
        }

        if (asked.Count > 0)
        {
            var oldest = asked.Values.MinBy(question => question.At);
            return (oldest.IsSubscribe ? "SUBSCRIBE" : "UNSUBSCRIBE", oldest.At);
        }

        if (authenticationSent is { } auth)
        {
            return ("AUTH", auth);
        }

        if (pingSent is { } ping)
        {
            return ("PINGREQ", ping);
        }

        var sent = flow.Flights.Where(flight => flight.SentAt is not null).Select(flight => flight.SentAt!.Value);
        return sent.Cast<MonotonicTime?>().Min() is { } first ? ("a publish", first) : null;
    }
}
