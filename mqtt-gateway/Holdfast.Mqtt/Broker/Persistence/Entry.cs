namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>
/// The kinds of the journal's entries, and behind each what follows it. Numbers on disk: never change one. Times are UTC in milliseconds since
/// 1970, 0: none.
/// </summary>
internal enum Entry : byte
{
    /// <summary>id, client, user, expiry in seconds + 1 (0: for ever), away?, end, will? [due, delay in s, packet].</summary>
    Session = 1,

    /// <summary>id.</summary>
    SessionEnd = 2,

    /// <summary>id, filter, options as in SUBSCRIBE, subscription identifier.</summary>
    Subscription = 3,

    /// <summary>id, filter.</summary>
    Unsubscription = 4,

    /// <summary>number, retained?, publisher, end, PUBLISH packet of MQTT 5. What follows it up to the next of another kind is about it.</summary>
    Message = 5,

    /// <summary>topic.</summary>
    Unretain = 6,

    /// <summary>id, order, QoS and retain, count of subscription identifiers, each. Behind its message.</summary>
    Delivery = 7,

    /// <summary>id, packet identifier. Behind the deliveries of what was received, on disk with them.</summary>
    Received = 8,

    /// <summary>id, packet identifier.</summary>
    Released = 9,

    /// <summary>id, order, packet identifier, received?.</summary>
    Flight = 10,

    /// <summary>id, order.</summary>
    Completion = 11,
}
