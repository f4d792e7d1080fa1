namespace Holdfast.Mqtt.Client;

/// <summary>What somebody wants subscribed, or no longer, at run time; answered once.</summary>
internal sealed class SubscriptionRequest(IReadOnlyList<MqttSubscription> subscriptions, bool isSubscribe)
{
    public IReadOnlyList<MqttSubscription> Subscriptions { get; } = subscriptions;

    public bool IsSubscribe { get; } = isSubscribe;

    /// <summary>Who waits for the answers.</summary>
    public TaskCompletionSource<IReadOnlyList<SubscriptionAnswer>> Completion { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
