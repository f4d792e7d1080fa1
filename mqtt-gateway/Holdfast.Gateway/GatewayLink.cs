using Holdfast.Gateway.Commands;
using Holdfast.Gateway.HomeAssistant;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway;

/// <summary>
/// The rack's link to one broker: birth and last will, telemetry as it changes and every event, twins, commands and their answers. Telemetry and
/// events go into the outbox first and from there to the broker. The connection heals by itself; while it is gone they wait on the disk.
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
    RackCommands commands,
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
    private readonly Lock gate = new();
    private Task<bool>? greeting;
    private MonotonicTime writtenAt;
    private int connection;
    private bool isBirthDue = true;
    private bool isMirrorDue = true;
    private bool isBorn;

    public bool IsConnected => client.IsConnected;

    /// <summary>Tells Home Assistant what the topics mean; null: nobody does.</summary>
    public HomeAssistantDiscovery? HomeAssistant { get; init; }

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
            RepeatAsync(token => TellAsync(pump, token), end.Token),
            RepeatAsync(MirrorAsync, end.Token),
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
                // A renewed connection goes on where the one before was, if we know of that.
                if (change.IsRenewal && Volatile.Read(ref isBorn))
                {
                    continue;
                }

                lock (gate)
                {
                    connection++;
                    pump.Close();
                    Volatile.Write(ref isBorn, false);
                    Volatile.Write(ref isBirthDue, change.Connected);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> part, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await part(stop).ConfigureAwait(false);
            } while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task TellAsync(FeedPump pump, CancellationToken stop)
    {
        if (greeting is null && client.IsConnected && Interlocked.Exchange(ref isBirthDue, false))
        {
            greeting = GreetAsync(pump, stop);
        }

        if (greeting is not null && await IsGreetedAsync(greeting, stop).ConfigureAwait(false) is { } isNew)
        {
            greeting = null;
            if (isNew)
            {
                diff.Forget();
            }
        }

        events.Run(wallTime());
        KeepTelemetry();
    }

    /// <summary>Null while the broker has not answered: what happens meanwhile is kept nevertheless.</summary>
    private async Task<bool?> IsGreetedAsync(Task<bool> birth, CancellationToken stop)
    {
        try
        {
            return await birth.WaitAsync(Interval, clock, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>The birth comes before all else, and with a new connection everything is told again.</summary>
    /// <returns>Whether the connection is new, and may be used.</returns>
    private async Task<bool> GreetAsync(FeedPump pump, CancellationToken stop)
    {
        var mine = Volatile.Read(ref connection);
        var birth = await client.PublishAsync(topics.Controller(online: true, wallTime()), stop).ConfigureAwait(false);
        lock (gate)
        {
            if (mine != connection)
            {
                // Answered when that connection was gone; the next one has a birth of its own.
                return false;
            }

            if (birth.Result == PublishResult.NotDelivered)
            {
                Volatile.Write(ref isBirthDue, true);
                return false;
            }

            pump.Open();
            Volatile.Write(ref isMirrorDue, true);
            Volatile.Write(ref isBorn, true);
            return true;
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

    /// <summary>Keeps what the broker retains about the rack as it is: the twins, and what Home Assistant is told.</summary>
    private async Task MirrorAsync(CancellationToken stop)
    {
        if (!Volatile.Read(ref isBorn) || !client.IsConnected)
        {
            return;
        }

        var isAnew = Interlocked.Exchange(ref isMirrorDue, false);
        var twins = commands.Gate.Twins.Publications(topics, isAnew);
        await Task.WhenAll(twins.Select(twin => client.PublishAsync(twin, stop))).ConfigureAwait(false);
        if (HomeAssistant is not null)
        {
            await DiscoverAsync(HomeAssistant, isAnew, stop).ConfigureAwait(false);
        }
    }

    private async Task DiscoverAsync(HomeAssistantDiscovery discovery, bool isAnew, CancellationToken stop)
    {
        if (isAnew)
        {
            discovery.Forget();
        }

        var told = discovery.Changed(telemetry());
        var outcomes = await Task.WhenAll(told.Select(message => client.PublishAsync(message, stop)))
            .ConfigureAwait(false);
        foreach (var (message, outcome) in told.Zip(outcomes))
        {
            if (outcome.Result == PublishResult.Delivered)
            {
                discovery.Delivered(message);
            }
            else if (outcome.Result == PublishResult.NotDelivered)
            {
                discovery.Forget();
            }
        }
    }

    private async Task ObeyAsync(CancellationToken stop)
    {
        var dispatcher = new CommandDispatcher(topics.Rack, commands.Gate, commands.Journal, client, wallTime, clock);
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
