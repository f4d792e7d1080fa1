using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway;

/// <summary>
/// The rack's link to one broker: birth and last will, telemetry as it changes and every event, commands and their answers. Telemetry and events
/// go into the outbox first and from there to the broker. The connection heals by itself; while it is gone they wait on the disk.
/// </summary>
/// <param name="wallTime">The rack's wall clock, for what stands in messages; the same that its events carry.</param>
/// <param name="clock">For the pauses.</param>
/// <param name="telemetry">The present state of everything; asked a few times a second.</param>
public sealed class GatewayLink(
    RackTopics topics,
    IMqttClient client,
    EventHandover events,
    DurableOutbox outbox,
    Func<IReadOnlyList<Telemetry>> telemetry,
    IGatewayRack rack,
    Func<DateTimeOffset> wallTime,
    TimeProvider clock
)
{
    /// <summary>The outbox's reader.</summary>
    public const string Reader = "link";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Measurements wait so long for others, so that the disk is flushed less often; states and events don't.</summary>
    private static readonly TimeSpan MeasurementsWait = TimeSpan.FromMilliseconds(700);

    private readonly TelemetryDiff diff = new();
    private readonly List<Draft> waiting = [];
    private readonly OutboxFeed feed = new(outbox, Reader, new FeedOptions());
    private MonotonicTime writtenAt;
    private bool fresh = true;
    private bool up;

    public bool IsConnected => client.IsConnected;

    /// <summary>Messages that the broker does not have yet.</summary>
    public long Waiting => feed.Waiting;

    /// <summary>What the client of this link needs to know of it: last will and subscription.</summary>
    public static MqttClientOptions Prepare(MqttClientOptions options, RackTopics topics, DateTimeOffset now) =>
        options with
        {
            Will = topics.Controller(online: false, now),
            Subscriptions = [new MqttSubscription(topics.CommandFilter)],
        };

    /// <summary>Runs until it is told to stop, then says that it goes. Where a part of it breaks, all of it ends, with that part's error.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pump = new FeedPump(client, outbox, feed, one => feed.ToSend(one), wallTime, clock);
        Task[] parts =
        [
            WatchAsync(pump, end.Token),
            TellAsync(pump, end.Token),
            pump.RunAsync(end.Token),
            ObeyAsync(end.Token),
        ];
        await Task.WhenAny(parts).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(parts).ConfigureAwait(false);
        using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await client
                .PublishAsync(topics.Controller(online: false, wallTime()), farewell.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The broker's last will says it for us.
        }
    }

    private async Task WatchAsync(FeedPump pump, CancellationToken stop)
    {
        try
        {
            await foreach (var change in client.ConnectionChangesAsync(stop).ConfigureAwait(false))
            {
                if (change.Connected)
                {
                    Volatile.Write(ref fresh, true);
                }

                pump.Close();
                // Only now may anything be sent: the birth comes before all else.
                Volatile.Write(ref up, change.Connected);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task TellAsync(FeedPump pump, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                if (Volatile.Read(ref up) && client.IsConnected)
                {
                    await GreetAsync(pump, stop).ConfigureAwait(false);
                }

                events.Run(wallTime());
                KeepTelemetry();
            } while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>The birth comes before all else, and with a new connection everything is told again.</summary>
    private async Task GreetAsync(FeedPump pump, CancellationToken stop)
    {
        if (Interlocked.Exchange(ref fresh, false))
        {
            diff.Forget();
            var birth = await client
                .PublishAsync(topics.Controller(online: true, wallTime()), stop)
                .ConfigureAwait(false);
            if (birth.Result == PublishResult.NotDelivered)
            {
                Volatile.Write(ref fresh, true);
                return;
            }

            pump.Open();
        }
    }

    private void KeepTelemetry()
    {
        var (now, time) = (clock.Now, wallTime());
        foreach (var item in diff.Changed(telemetry(), now))
        {
            waiting.Add(
                new Draft(item.Reading is null ? MessageClass.State : MessageClass.Metric, time, topics.Of(item, time))
            );
        }

        var isUrgent = waiting.Exists(draft => draft.Class == MessageClass.State);
        if (waiting.Count > 0 && (isUrgent || now - writtenAt >= MeasurementsWait))
        {
            // What a full outbox refuses is told again within a minute, and that it is full its own problem.
            outbox.Write(waiting, time);
            waiting.Clear();
            writtenAt = now;
        }
    }

    private async Task ObeyAsync(CancellationToken stop)
    {
        var dispatcher = new CommandDispatcher(rack, client, wallTime);
        try
        {
            await foreach (var request in client.MessagesAsync(stop).ConfigureAwait(false))
            {
                await dispatcher.TakeAsync(request, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }

        await dispatcher.DrainAsync().ConfigureAwait(false);
    }
}
