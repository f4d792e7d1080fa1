using System.Threading.Channels;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// What one reader of a filter has still to read. Bounded: of QoS 0 here, what comes on top is dropped; of QoS 1 and 2 by what the client
/// takes without acknowledging it.
/// </summary>
internal sealed class MessageStream(string filter, Func<MessageStream, ValueTask> close) : IAsyncDisposable
{
    private const int CasualMax = 1_000;

    private readonly Channel<SharedDelivery> messages = Channel.CreateUnbounded<SharedDelivery>();
    private int casual;

    public string Filter => filter;

    public void Add(SharedDelivery delivery)
    {
        var isCasual = delivery.Message.Qos == MqttQos.AtMostOnce;
        if (isCasual && Volatile.Read(ref casual) >= CasualMax || !messages.Writer.TryWrite(delivery))
        {
            delivery.Done();
            return;
        }

        Interlocked.Add(ref casual, isCasual ? 1 : 0);
    }

    /// <summary>Null at the end.</summary>
    public async ValueTask<SharedDelivery?> NextAsync(CancellationToken cancellationToken)
    {
        if (
            !await messages.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false)
            || !messages.Reader.TryRead(out var delivery)
        )
        {
            return null;
        }

        Interlocked.Add(ref casual, delivery.Message.Qos == MqttQos.AtMostOnce ? -1 : 0);
        return delivery;
    }

    /// <summary>Nothing more comes; with an error the reader gets it after what is there.</summary>
    public void End(Exception? error) => messages.Writer.TryComplete(error);

    /// <summary>The reader leaves: what it did not read must not hold up the acknowledgement of what comes after.</summary>
    public async ValueTask DisposeAsync()
    {
        End(null);
        await close(this).ConfigureAwait(false);
        while (messages.Reader.TryRead(out var delivery))
        {
            delivery.Done();
        }
    }
}
