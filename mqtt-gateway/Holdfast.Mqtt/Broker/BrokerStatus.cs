namespace Holdfast.Mqtt.Broker;

/// <summary>The broker in numbers.</summary>
/// <param name="Connections">Open now.</param>
/// <param name="Sessions">Of connected clients and of those that are away.</param>
/// <param name="Retained">Retained messages.</param>
/// <param name="QueuedBytes">Of messages that wait for their clients or fly, each counted for every client.</param>
/// <param name="Dropped">QoS 0 messages dropped because their clients were too slow, since the start.</param>
/// <param name="Overflowed">Sessions ended because messages with QoS 1 or 2 had no room, since the start.</param>
public readonly record struct BrokerStatus(
    int Connections,
    int Sessions,
    int Retained,
    long QueuedBytes,
    long Dropped,
    long Overflowed
);
