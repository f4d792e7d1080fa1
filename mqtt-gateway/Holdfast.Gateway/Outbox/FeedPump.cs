using System.Threading.Channels;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Outbox;

/// <summary>Carries what an <see cref="OutboxFeed"/> decides to a broker, and the broker's answers back. The feed is its own from now on.</summary>
/// <param name="form">A message as this broker gets it; null: it must not have it, and that is all there is to say.</param>
/// <param name="wallTime">For records of what was set aside.</param>
public sealed class FeedPump(
    IMqttClient client,
    DurableOutbox outbox,
    OutboxFeed feed,
    Func<Outgoing, MqttMessage?> form,
    Func<DateTimeOffset> wallTime,
    TimeProvider clock
)
{
    /// <summary>For the pace of the backlog, and for whoever has missed a signal.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>After a refusal, and after a message that was not delivered although the connection stands.</summary>
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private bool up;
    private int connection;
    private MonotonicTime notBefore;

    /// <summary>The connection stands and may be used: what is written from now on is live.</summary>
    public void Open()
    {
        lock (gate)
        {
            Drop();
            up = true;
            feed.Connect(clock.Now);
        }

        Wake();
    }

    /// <summary>The connection is gone.</summary>
    public void Close()
    {
        lock (gate)
        {
            up = false;
            Drop();
        }
    }

    /// <summary>Runs until it is told to stop; what was on its way then is waited for by nobody and sent again the next time.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var sending = new List<Task>();
        using var timer = clock.CreateTimer(_ => Wake(), null, Interval, Interval);
        outbox.Written += Wake;
        try
        {
            while (await wake.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                wake.Reader.TryRead(out _);
                var (messages, number) = Take();
                sending.AddRange(messages.Select(one => SendAsync(one, number, stop)));
                foreach (var done in sending.Where(task => task.IsCompleted).ToList())
                {
                    sending.Remove(done);
                    await done.ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
        finally
        {
            outbox.Written -= Wake;
            await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            outbox.Settle();
        }
    }

    private void Wake() => wake.Writer.TryWrite(true);

    private (IReadOnlyList<Outgoing> Messages, int Connection) Take()
    {
        lock (gate)
        {
            var now = clock.Now;
            outbox.Tick(now);
            if (up && !feed.IsUp && now >= notBefore && client.IsConnected)
            {
                feed.Connect(now);
            }

            return (feed.Next(now), connection);
        }
    }

    private async Task SendAsync(Outgoing one, int number, CancellationToken stop)
    {
        var message = form(one);
        var outcome = message is null
            ? new PublishOutcome(PublishResult.Delivered, "")
            : await client.PublishAsync(message, stop).ConfigureAwait(false);
        lock (gate)
        {
            switch (outcome.Result)
            {
                case PublishResult.Delivered:
                    feed.Acknowledge(one.One.Sequence, clock.Now);
                    break;
                case PublishResult.Refused when number == connection:
                    if (!feed.Refuse(one.One, outcome.Detail, wallTime(), clock.Now))
                    {
                        notBefore = clock.Now + PauseAfterRefusal;
                        Drop();
                    }

                    break;
                case PublishResult.NotDelivered when number == connection:
                    // Its end is told to the owner, who opens it again.
                    notBefore = clock.Now + PauseAfterRefusal;
                    Drop();
                    break;
                default:
                    // Of a connection that is given up already.
                    break;
            }
        }

        Wake();
    }

    private void Drop()
    {
        connection++;
        feed.Disconnect();
    }
}
