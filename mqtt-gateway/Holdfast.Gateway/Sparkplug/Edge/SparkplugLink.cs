using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>
/// The edge node at a broker: has births, data and deaths sent, what was missed told late, and commands carried out. It has a client of its own, since
/// one connection has one will; where its primary host is gone it leaves and connects anew, as §5.4.2 wants it.
/// </summary>
/// <param name="connect">Makes a client of the options of <see cref="Prepare"/>.</param>
/// <param name="telemetry">The present state of everything; asked a few times a second.</param>
/// <param name="wallTime">The rack's wall clock.</param>
/// <param name="clock">For the pauses.</param>
public sealed class SparkplugLink(
    SparkplugEdge edge,
    Func<MqttClientOptions, IMqttClient> connect,
    MqttClientOptions options,
    Func<IReadOnlyList<Telemetry>> telemetry,
    CommandGate door,
    ISparkplugBacklog backlog,
    Func<DateTimeOffset> wallTime,
    TimeProvider clock
)
{
    /// <summary>At most so many a step: 200 a second beside what is new.</summary>
    private const int ReplayedMax = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>For the edge; nothing that waits or calls the client runs under it.</summary>
    private readonly Lock gate = new();

    private readonly CommandQueue commands = new(door);

    /// <summary>Runs until it is told to stop, then says the death of the edge node.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] parts = [ConnectAsync(end.Token), commands.RunAsync(Report, end.Token)];
        await Task.WhenAny(parts).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(parts).ConfigureAwait(false);
    }

    /// <summary>What the client needs to know: a clean session, the subscriptions, and a will of each connection.</summary>
    public MqttClientOptions Prepare() =>
        options with
        {
            SessionExpiry = TimeSpan.Zero,
            Subscriptions = edge.Subscriptions,
            Will = null,
            WillPerConnection = () => Under(() => edge.Will(wallTime())),
            DisconnectWithWill = true,
        };

    /// <summary>One client after another: each lives until the stop, or until the primary host is gone.</summary>
    private async Task ConnectAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var client = connect(Prepare());
            await using (client.ConfigureAwait(false))
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
                Task[] parts =
                [
                    WatchAsync(client, end.Token),
                    PumpAsync(client, end.Token),
                    HearAsync(client, end.Token),
                ];
                await Task.WhenAny(parts).ConfigureAwait(false);
                await end.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(parts).ConfigureAwait(false);
                await SayDeathAsync(client).ConfigureAwait(false);
            }
        }
    }

    private async Task SayDeathAsync(IMqttClient client)
    {
        using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            if (Under(() => edge.Death(wallTime())) is { } death)
            {
                await client.PublishAsync(death, farewell.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The broker's will says it for us.
        }
    }

    private async Task WatchAsync(IMqttClient client, CancellationToken stop)
    {
        try
        {
            await foreach (var change in client.ConnectionChangesAsync(stop).ConfigureAwait(false))
            {
                Under(() =>
                {
                    if (change.Connected)
                    {
                        edge.Connect();
                    }
                    else
                    {
                        edge.Disconnect();
                    }

                    return true;
                });
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task PumpAsync(IMqttClient client, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                var output = Under(() => edge.Step(telemetry(), wallTime(), clock.Now));
                backlog.Keep(output.Keep);
                if (await SendAsync(client, output.Send, stop).ConfigureAwait(false))
                {
                    await ReplayAsync(client, stop).ConfigureAwait(false);
                }
            } while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>Whether all of them went out; else a number is missing, and the hosts are told everything anew.</summary>
    private async Task<bool> SendAsync(IMqttClient client, IReadOnlyList<MqttMessage> messages, CancellationToken stop)
    {
        var outcomes = await Task.WhenAll(messages.Select(message => client.PublishAsync(message, stop)))
            .ConfigureAwait(false);
        if (outcomes.All(outcome => outcome.Result == PublishResult.Delivered))
        {
            return true;
        }

        Under(() =>
        {
            edge.AskBirth();
            return true;
        });
        return false;
    }

    private async Task ReplayAsync(IMqttClient client, CancellationToken stop)
    {
        var (messages, done) = Under(() => Replayable(backlog.Oldest(ReplayedMax)));
        if (await SendAsync(client, messages, stop).ConfigureAwait(false))
        {
            backlog.Remove(done);
        }
    }

    /// <summary>What can be told now, in order, and how many of the kept ones that disposes of.</summary>
    private (List<MqttMessage> Messages, int Done) Replayable(IReadOnlyList<MqttMessage> kept)
    {
        var messages = new List<MqttMessage>();
        if (!edge.IsBorn)
        {
            return (messages, 0);
        }

        foreach (var message in kept)
        {
            if (edge.Replay(message, wallTime()) is { } replayed)
            {
                messages.Add(replayed);
            }
        }

        return (messages, kept.Count);
    }

    private async Task HearAsync(IMqttClient client, CancellationToken stop)
    {
        try
        {
            await foreach (var message in client.MessagesAsync(stop).ConfigureAwait(false))
            {
                var reaction = Under(() => edge.Receive(message));
                foreach (var refused in reaction.Commands.Where(command => !commands.TryAdd(command)))
                {
                    Report(refused.Target, "refused: too many commands wait; try again later");
                }

                if (reaction.EndSession)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private void Report(string device, string result) =>
        Under(() =>
        {
            edge.Report(device, result);
            return true;
        });

    private T Under<T>(Func<T> decide)
    {
        lock (gate)
        {
            return decide();
        }
    }
}
