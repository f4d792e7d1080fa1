using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>
/// The edge node at a broker: has births, data and deaths sent, what was missed told late, and commands carried out. It has a client of its own, since
/// one connection has one will; where its primary host is gone it leaves and connects anew, as §5.4.2 wants it.
/// </summary>
/// <param name="connect">Makes a client of the options of <see cref="Prepare"/>.</param>
/// <param name="telemetry">The present state of everything; asked a few times a second.</param>
/// <param name="history">What nobody heard; its own from now on.</param>
/// <param name="wallTime">The rack's wall clock.</param>
/// <param name="clock">For the pauses.</param>
public sealed class SparkplugLink(
    SparkplugEdge edge,
    Func<MqttClientOptions, IMqttClient> connect,
    MqttClientOptions options,
    Func<IReadOnlyList<Telemetry>> telemetry,
    CommandGate door,
    SparkplugHistory history,
    Func<DateTimeOffset> wallTime,
    TimeProvider clock
)
{
    private readonly GuardedEdge guarded = new(edge);
    private readonly CommandQueue commands = new(door);

    /// <summary>Runs until it is told to stop, then says the death of the edge node.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] parts = [ConnectAsync(end.Token), commands.RunAsync(Report, end.Token)];
        await Task.WhenAny(parts).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(parts).ConfigureAwait(false);
        history.Close(wallTime(), clock.Now);
    }

    /// <summary>What the client needs to know: a clean session, the subscriptions, and a will of each connection.</summary>
    public MqttClientOptions Prepare() =>
        options with
        {
            SessionExpiry = TimeSpan.Zero,
            Subscriptions = guarded.Ask(edge => edge.Subscriptions),
            Will = null,
            WillPerConnection = () => guarded.Ask(edge => edge.Will(wallTime())),
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
                var pump = new EdgePump(guarded, client, telemetry, history, options.KeepAlive, wallTime, clock);
                Task[] parts = [WatchAsync(client, end.Token), pump.RunAsync(end.Token), HearAsync(client, end.Token)];
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
            if (guarded.Ask(edge => edge.Death(wallTime())) is { } death)
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
                guarded.Tell(change.Connected ? edge => edge.Connect() : edge => edge.Disconnect());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task HearAsync(IMqttClient client, CancellationToken stop)
    {
        try
        {
            await foreach (var message in client.MessagesAsync(stop).ConfigureAwait(false))
            {
                var reaction = guarded.Ask(edge => edge.Receive(message));
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

    private void Report(string device, string result) => guarded.Tell(edge => edge.Report(device, result));
}
