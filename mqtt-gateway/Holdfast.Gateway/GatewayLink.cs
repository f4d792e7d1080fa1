using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway;

/// <summary>
/// The rack's link to one broker: birth and last will, telemetry as it changes, every event until the broker has it, commands and their
/// answers. The connection heals by itself; while it is gone events wait on disk and telemetry keeps its last state.
/// </summary>
/// <param name="wallTime">The rack's wall clock, for what stands in messages; the same that its events carry.</param>
/// <param name="clock">For the pauses.</param>
/// <param name="telemetry">The present state of everything; asked a few times a second.</param>
public sealed class GatewayLink(
    RackTopics topics,
    IMqttClient client,
    EventSender events,
    Func<IReadOnlyList<Telemetry>> telemetry,
    RackCommands commands,
    Func<DateTimeOffset> wallTime,
    TimeProvider clock
)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TelemetryDiff diff = new();
    private bool fresh = true;
    private bool twinsFresh = true;
    private bool up;

    public bool IsConnected => client.IsConnected;

    /// <summary>Events that the broker does not have yet.</summary>
    public long Waiting => events.Waiting;

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
        Task[] parts = [WatchAsync(end.Token), PumpAsync(end.Token), ObeyAsync(end.Token), MirrorAsync(end.Token)];
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

    private async Task WatchAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var change in client.ConnectionChangesAsync(stop).ConfigureAwait(false))
            {
                if (change.Connected)
                {
                    Volatile.Write(ref fresh, true);
                    Volatile.Write(ref twinsFresh, true);
                }

                // Only now may anything be sent: the birth comes before all else.
                Volatile.Write(ref up, change.Connected);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task PumpAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                if (Volatile.Read(ref up) && client.IsConnected)
                {
                    await SendAsync(stop).ConfigureAwait(false);
                }
            } while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task SendAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref fresh, false))
        {
            events.Disconnect();
            diff.Forget();
            await client.PublishAsync(topics.Controller(online: true, wallTime()), stop).ConfigureAwait(false);
        }

        var changed = diff.Changed(telemetry(), clock.Now);
        var now = wallTime();
        await Task.WhenAll(changed.Select(item => client.PublishAsync(topics.Of(item, now), stop)))
            .ConfigureAwait(false);
        while (events.Next() is { Count: > 0 } batch)
        {
            var outcomes = await Task.WhenAll(batch.Select(happened => client.PublishAsync(topics.Of(happened), stop)))
                .ConfigureAwait(false);
            foreach (var (happened, outcome) in batch.Zip(outcomes))
            {
                if (outcome.Result == PublishResult.Delivered)
                {
                    events.Acknowledge(happened.Sequence);
                }
            }

            if (outcomes.Any(outcome => outcome.Result != PublishResult.Delivered))
            {
                events.Disconnect();
                break;
            }
        }
    }

    /// <summary>Publishes the twins as they change.</summary>
    private async Task MirrorAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                if (Volatile.Read(ref up) && !Volatile.Read(ref fresh) && client.IsConnected)
                {
                    var changed = commands.Gate.Twins.Publications(topics, Interlocked.Exchange(ref twinsFresh, false));
                    await Task.WhenAll(changed.Select(twin => client.PublishAsync(twin, stop))).ConfigureAwait(false);
                }
            } while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
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
