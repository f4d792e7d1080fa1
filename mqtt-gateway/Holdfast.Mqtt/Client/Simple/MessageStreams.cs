namespace Holdfast.Mqtt.Client;

/// <summary>
/// Gives each received message to the streams it came for: by the subscription identifiers that the broker sends with it, or where
/// it sends none by the topic.
/// </summary>
internal sealed class MessageStreams : IAsyncDisposable
{
    private readonly MqttClient client;
    private readonly Lock gate = new();
    private readonly List<Subscribed> subscribed = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Task reading;
    private uint lastIdentifier;
    private bool hasEnded;
    private Exception? broken;

    public MessageStreams(MqttClient client)
    {
        this.client = client;
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Subscribes and returns what then comes.</summary>
    /// <exception cref="ArgumentException">It is no topic filter.</exception>
    /// <exception cref="MqttException">The broker refused it, or the client has ended.</exception>
    public async Task<MessageStream> OpenAsync(string filter, MqttQos qos, CancellationToken cancellationToken)
    {
        var stream = new MessageStream(filter, CloseAsync);
        try
        {
            var subscription = new MqttSubscription(filter, qos) { Identifier = Add(stream) };
            var answers = await client.SubscribeAsync([subscription], cancellationToken).ConfigureAwait(false);
            return answers is [{ IsGranted: true }]
                ? stream
                : throw new MqttException($"subscription {filter} refused: {answers[0].Detail}");
        }
        catch
        {
            Remove(stream);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
#pragma warning disable VSTHRD003 // Started by this object's constructor, and needs no thread of its caller's.
        await reading.ConfigureAwait(false);
#pragma warning restore VSTHRD003
        stop.Dispose();
    }

    private async Task ReadAsync()
    {
        Exception? error = null;
        try
        {
            await foreach (var delivery in client.DeliveriesAsync(stop.Token).ConfigureAwait(false))
            {
                HandOut(delivery);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (Exception e)
        {
            error = e;
        }

        lock (gate)
        {
            hasEnded = true;
            broken = error;
            foreach (var stream in subscribed.SelectMany(s => s.Streams))
            {
                stream.End(error);
            }
        }
    }

    private void HandOut(MqttDelivery delivery)
    {
        lock (gate)
        {
            var wanting = StreamsFor(delivery.Message);
            if (wanting.Count == 0)
            {
                delivery.Acknowledge();
                return;
            }

            var shared = new SharedDelivery(delivery, wanting.Count);
            wanting.ForEach(stream => stream.Add(shared));
        }
    }

    private List<MessageStream> StreamsFor(MqttMessage message)
    {
        var named = subscribed.Where(s => message.SubscriptionIdentifiers.Contains(s.Identifier)).ToList();
        var all = named.Count > 0 ? named : subscribed.Where(s => s.TakesIn(message.Topic));
        return [.. all.SelectMany(s => s.Streams)];
    }

    /// <summary>Streams of one filter share the subscription: for the broker there is only one.</summary>
    private uint Add(MessageStream stream)
    {
        lock (gate)
        {
            if (hasEnded)
            {
                throw new MqttException("the client has ended", broken!);
            }

            var same = subscribed.Find(s => s.Filter == stream.Filter);
            if (same is null)
            {
                same = new Subscribed(stream.Filter, ++lastIdentifier);
                subscribed.Add(same);
            }

            same.Streams.Add(stream);
            return same.Identifier;
        }
    }

    /// <summary>Whether it was the last of its filter.</summary>
    private bool Remove(MessageStream stream)
    {
        lock (gate)
        {
            var same = subscribed.Find(s => s.Filter == stream.Filter);
            same?.Streams.Remove(stream);
            return same is { Streams.Count: 0 } && subscribed.Remove(same) && !hasEnded;
        }
    }

    private async ValueTask CloseAsync(MessageStream stream)
    {
        if (!Remove(stream))
        {
            return;
        }

        try
        {
            await client.UnsubscribeAsync([stream.Filter], stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client ends, or is choked with requests: what still comes for the filter is dropped here.
        }
    }

    private sealed class Subscribed(string filter, uint identifier)
    {
        private readonly string wanted = TopicFilter.IsShared(filter) ? filter.Split('/', 3)[2] : filter;

        public string Filter => filter;

        public uint Identifier => identifier;

        public List<MessageStream> Streams { get; } = [];

        public bool TakesIn(string topic) => TopicFilter.Matches(wanted, topic);
    }
}
