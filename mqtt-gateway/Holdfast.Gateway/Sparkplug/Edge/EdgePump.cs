using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>Brings what an edge node has to say to one client's broker, and beside it what nobody heard before.</summary>
/// <param name="keepAlive">The client's: within twice of it a dead connection is known to be dead.</param>
internal sealed class EdgePump(
    GuardedEdge guarded,
    IMqttClient client,
    Func<IReadOnlyList<Telemetry>> telemetry,
    SparkplugHistory history,
    TimeSpan keepAlive,
    Func<DateTimeOffset> wallTime,
    TimeProvider clock
)
{
    /// <summary>Metrics of history a step: 800 a second beside what is new.</summary>
    private const int ReplayedMax = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private int session;

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await StepAsync(stop).ConfigureAwait(false);
            } while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
        finally
        {
            history.Disconnect();
        }
    }

    private async Task StepAsync(CancellationToken stop)
    {
        var (output, isBorn, number) = guarded.Ask(edge =>
            (edge.Step(telemetry(), wallTime(), clock.Now), edge.IsBorn, edge.SessionCount)
        );
        if (number != session || !isBorn)
        {
            session = number;
            history.Disconnect();
        }

        var isHeard = await SendAsync(output.Send, stop).ConfigureAwait(false);
        if (!isBorn)
        {
            history.Keep(output.Keep, wallTime(), clock.Now);
        }
        else if (isHeard)
        {
            await ReplayAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Whether all of them went out; else a number is missing, and the hosts are told everything anew.</summary>
    private async Task<bool> SendAsync(IReadOnlyList<MqttMessage> messages, CancellationToken stop)
    {
        var outcomes = await Task.WhenAll(messages.Select(message => client.PublishAsync(message, stop)))
            .ConfigureAwait(false);
        if (outcomes.All(outcome => outcome.Result == PublishResult.Delivered))
        {
            return true;
        }

        guarded.Tell(edge => edge.AskBirth());
        return false;
    }

    private async Task ReplayAsync(CancellationToken stop)
    {
        var (now, time) = (clock.Now, wallTime());
        history.Settle(2 * keepAlive, now);
        var kept = history.Next(
            ReplayedMax,
            guarded.Ask(edge => edge.BirthCount),
            key => guarded.Ask(edge => edge.CanReplay(key)),
            time,
            now
        );
        var messages = guarded.Ask(edge => edge.Replay(kept, time));
        if (messages.Count > 0 && await SendAsync(messages, stop).ConfigureAwait(false))
        {
            history.Told(kept, now);
        }
    }
}
