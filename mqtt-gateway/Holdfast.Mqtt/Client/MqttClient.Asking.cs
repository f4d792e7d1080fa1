namespace Holdfast.Mqtt.Client;

/// <summary>What is asked of the broker besides publishing.</summary>
public sealed partial class MqttClient
{
    private TaskCompletionSource<PublishOutcome>? reauthentication;

    /// <summary>
    /// Subscribes at run time, besides the subscriptions of the options, and tells what the broker granted. What it granted is
    /// subscribed again after every connect without a session. Waits for a connection; cancelling gives up waiting.
    /// </summary>
    /// <exception cref="ArgumentException">A filter is none.</exception>
    /// <exception cref="InvalidOperationException">Too many wait already.</exception>
    public Task<IReadOnlyList<SubscriptionAnswer>> SubscribeAsync(
        IReadOnlyList<MqttSubscription> subscriptions,
        CancellationToken cancellationToken
    )
    {
        OptionRules.RequireSubscriptions(subscriptions);
        return AskAsync(new SubscriptionRequest(subscriptions, isSubscribe: true), cancellationToken);
    }

    /// <summary>Ends subscriptions, also those of the options. Messages on their way may still come.</summary>
    /// <exception cref="ArgumentException">A filter is none.</exception>
    /// <exception cref="InvalidOperationException">Too many wait already.</exception>
    public Task<IReadOnlyList<SubscriptionAnswer>> UnsubscribeAsync(
        IReadOnlyList<string> filters,
        CancellationToken cancellationToken
    )
    {
        var subscriptions = filters.Select(filter => new MqttSubscription(filter)).ToList();
        OptionRules.RequireSubscriptions(subscriptions);
        return AskAsync(new SubscriptionRequest(subscriptions, isSubscribe: false), cancellationToken);
    }

    /// <summary>Authenticates again on the connection that is there (MQTT 5.0 §4.12.1). Delivered: both sides are believed.</summary>
    public async Task<PublishOutcome> ReauthenticateAsync(CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (core.Reauthenticate(clock.Now) is { } problem)
            {
                return new PublishOutcome(PublishResult.NotDelivered, problem);
            }

            reauthentication = answer;
        }

        output.Ring();
        return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<SubscriptionAnswer>> AskAsync(
        SubscriptionRequest request,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (core.Offer(request) is { } problem)
            {
                throw new InvalidOperationException(problem);
            }
        }

        output.Ring();
        return await request.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
