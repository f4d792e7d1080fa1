using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Bridge;

/// <summary>
/// Carries messages between a local broker and upstream ones. Up: what the local broker gives is acknowledged to it only when it is in the outbox, on
/// the disk; from there it goes upstream, live messages first. Down: what an upstream broker gives is acknowledged to it only when the local
/// broker has it. Decisions are in <see cref="BridgeCore"/> and <see cref="OutboxFeed"/>.
/// </summary>
public sealed class MqttBridge
{
    /// <summary>The outbox's reader where one upstream broker at a time gets the messages.</summary>
    public const string FailoverReader = "upstream";

    /// <summary>How long the local broker is left in peace after it would not take a message.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IMqttClient local;
    private readonly DurableOutbox outbox;
    private readonly BridgeCore core;
    private readonly UplinkMode mode;
    private readonly Func<DateTimeOffset> wallTime;
    private readonly TimeProvider clock;
    private readonly Action<string> tell;
    private readonly Lock gate = new();
    private readonly List<Uplink> uplinks;

    /// <param name="local">Subscribed as <see cref="BridgePlan.OfLocal"/> says, with a session that outlives a lost connection.</param>
    /// <param name="upstream">In the order of preference; subscribed as <see cref="BridgePlan.OfUpstream"/> says.</param>
    /// <param name="outbox">Its readers are what <see cref="ReadersOf"/> says.</param>
    /// <param name="tell">Takes a sentence for people about what changed.</param>
    public MqttBridge(
        BridgePlan plan,
        IMqttClient local,
        IReadOnlyList<(UplinkOptions Options, IMqttClient Client)> upstream,
        UplinkMode mode,
        DurableOutbox outbox,
        Func<DateTimeOffset> wallTime,
        TimeProvider clock,
        Action<string> tell
    )
    {
        (this.local, this.outbox, this.mode, this.wallTime, this.clock, this.tell) = (
            local,
            outbox,
            mode,
            wallTime,
            clock,
            tell
        );
        core = new BridgeCore(plan, outbox.Stream);
        uplinks =
        [
            .. upstream.Select(one => new Uplink(
                one.Options,
                one.Client,
                outbox,
                mode == UplinkMode.All ? one.Options.Name : FailoverReader,
                wallTime,
                clock
            )),
        ];
    }

    /// <summary>Messages that went no further, by reason: loops, no rule, topics that would be none, too large.</summary>
    public IReadOnlyDictionary<Stop, long> Stopped => stopped;

    private readonly Dictionary<Stop, long> stopped = Enum.GetValues<Stop>().ToDictionary(one => one, _ => 0L);

    public static IReadOnlyList<string> ReadersOf(UplinkMode mode, IEnumerable<UplinkOptions> upstream) =>
        mode == UplinkMode.All ? [.. upstream.Select(one => one.Name)] : [FailoverReader];

    /// <summary>Runs until it is told to stop. Where a part of it breaks, all of it ends, with that part's error.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        List<Task> parts = [new LocalIntake(local, outbox, Carried, wallTime, clock).RunAsync(end.Token)];
        foreach (var uplink in uplinks)
        {
            parts.Add(WatchAsync(uplink, end.Token));
            parts.Add(TakeUpstreamAsync(uplink, end.Token));
            parts.Add(uplink.Pump.RunAsync(end.Token));
        }

        await Task.WhenAny(parts).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(parts).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>As it is to be kept; null: it goes no further.</summary>
    private Draft? Carried(MqttMessage message)
    {
        var draft = core.Up(message, wallTime(), out var why);
        if (draft is { } one && !outbox.Fits(one.Message))
        {
            (draft, why) = (null, Stop.TooLarge);
        }

        if (draft is null)
        {
            Count(why, message);
        }

        return draft;
    }

    private async Task TakeUpstreamAsync(Uplink uplink, CancellationToken stop)
    {
        await foreach (var received in uplink.Client.MessagesAsync(stop).ConfigureAwait(false))
        {
            if (core.Down(uplink.Received(received), out var why) is not { } message)
            {
                Count(why, received);
                continue;
            }

            while (true)
            {
                var outcome = await local.PublishAsync(message, stop).ConfigureAwait(false);
                if (outcome.Result == PublishResult.Delivered)
                {
                    break;
                }

                if (outcome.Result == PublishResult.Refused)
                {
                    tell($"the local broker refused a message to {message.Topic}: {outcome.Detail}");
                    break;
                }

                await Task.Delay(Pause, clock, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task WatchAsync(Uplink uplink, CancellationToken stop)
    {
        await foreach (var change in uplink.Client.ConnectionChangesAsync(stop).ConfigureAwait(false))
        {
            lock (gate)
            {
                uplink.IsUp = change.Connected;
                uplink.Pump.Close();
                uplink.IsOpen = false;
                Choose();
            }

            tell($"{uplink.Name}: {(change.Connected ? "connected" : change.Detail)}");
        }
    }

    /// <summary>The first that is connected; or all of them.</summary>
    private void Choose()
    {
        var chosen = mode == UplinkMode.All ? uplinks.Where(one => one.IsUp) : uplinks.Where(one => one.IsUp).Take(1);
        var open = chosen.ToHashSet();
        foreach (var uplink in uplinks.Where(one => one.IsOpen && !open.Contains(one)))
        {
            uplink.Pump.Close();
            uplink.IsOpen = false;
        }

        foreach (var uplink in open.Where(one => !one.IsOpen))
        {
            uplink.IsOpen = true;
            uplink.Pump.Open();
        }
    }

    private void Count(Stop why, MqttMessage message)
    {
        lock (gate)
        {
            stopped[why]++;
            if (stopped[why] == 1)
            {
                tell($"a message to {message.Topic} goes no further ({why}); of such ones only the first is told");
            }
        }
    }
}
