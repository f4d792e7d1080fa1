namespace Holdfast.Mqtt.Client;

/// <summary>What became of a publish.</summary>
public enum PublishResult
{
    /// <summary>QoS 0: written to the connection. QoS 1 and 2: the broker has taken it over.</summary>
    Delivered,

    /// <summary>There was no connection, or it broke before the broker answered. The broker may or may not have the message.</summary>
    NotDelivered,

    /// <summary>The broker answered that it will not take it (reason code ≥ 0x80), or it breaks the broker's limits.</summary>
    Refused,
}

/// <param name="Detail">In words, with the reason code; empty when delivered.</param>
public readonly record struct PublishOutcome(PublishResult Result, string Detail);

/// <summary>A change of the connection.</summary>
/// <param name="Connected">Whether there is a connection now.</param>
/// <param name="SessionPresent">The broker still had our session (MQTT 5.0 §3.2.2.1.1).</param>
/// <param name="Detail">In words: to whom, or why it ended or failed.</param>
public sealed record ConnectionChange(bool Connected, bool SessionPresent, string Detail)
{
    /// <summary>One good connection took over from another, and nobody was told that there was none between.</summary>
    public bool IsRenewal { get; init; }
}

/// <summary>
/// One client of one broker, that connects, subscribes and reconnects by itself until it is disposed. The seam behind which
/// another MQTT library can be put. It keeps no queue of its own: what was not delivered is the caller's to send again.
/// </summary>
public interface IMqttClient : IAsyncDisposable
{
    bool IsConnected { get; }

    /// <summary>
    /// Sends a message and waits for the broker's word on it. Cancelling gives up waiting; the message may still arrive.
    /// Calls may overlap; messages of one caller keep their order.
    /// </summary>
    Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken);

    /// <summary>Changes of the connection from now on, the present state first. One reader.</summary>
    IAsyncEnumerable<ConnectionChange> ConnectionChangesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Messages for the subscriptions of the client's options, in the order received. One reader. A QoS 1 message is
    /// acknowledged when the reader asks for the next one, so that a crash in between does not lose it; QoS 2 likewise.
    /// </summary>
    IAsyncEnumerable<MqttMessage> MessagesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="MessagesAsync"/>, in place of it, but each message is acknowledged when the reader says so, in any order, from any thread. Until
    /// then it counts against our Receive Maximum: a reader that holds as many gets no more of QoS 1 and 2.
    /// </summary>
    IAsyncEnumerable<MqttDelivery> DeliveriesAsync(CancellationToken cancellationToken);
}
