using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Sparkplug.Host;

/// <summary>A host application at a broker: says that it is there, follows the edge nodes, and asks for births where something is missing.</summary>
/// <param name="hear">Gets what is new, one call at a time; it must return soon.</param>
public sealed class SparkplugHostLink(
    SparkplugHost host,
    Func<MqttClientOptions, IMqttClient> connect,
    MqttClientOptions options,
    Action<HostUpdate> hear,
    TimeProvider clock
) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private IMqttClient? client;

    /// <summary>Runs until it is told to stop, then says that the host goes.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        client = connect(Prepare());
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] parts = [WatchAsync(client, end.Token), TickAsync(client, end.Token), HearAsync(client, end.Token)];
        await Task.WhenAny(parts).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(parts).ConfigureAwait(false);
        using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await client.PublishAsync(Under(() => host.Death(clock.GetUtcNow())), farewell.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The broker's will says it for us.
        }
    }

    public MqttClientOptions Prepare() =>
        options with
        {
            SessionExpiry = TimeSpan.Zero,
            Subscriptions = host.Subscriptions,
            Will = null,
            WillPerConnection = () => Under(() => host.Will(clock.GetUtcNow())),
        };

    /// <summary>Writes metrics of a device, or of an edge node; whether the command was sent. What becomes of it comes as data.</summary>
    public async Task<bool> CommandAsync(
        string group,
        string edgeNode,
        string device,
        IReadOnlyList<(string Name, DataType Type, object Value)> metrics,
        CancellationToken cancellationToken
    )
    {
        var message = Under(() => host.Command(group, edgeNode, device, metrics, clock.GetUtcNow()));
        return client is { } to
            && (await to.PublishAsync(message, cancellationToken).ConfigureAwait(false)).Result
                == PublishResult.Delivered;
    }

    public ValueTask DisposeAsync() => client?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task WatchAsync(IMqttClient at, CancellationToken stop)
    {
        try
        {
            await foreach (var change in at.ConnectionChangesAsync(stop).ConfigureAwait(false))
            {
                if (change.Connected)
                {
                    await at.PublishAsync(Under(host.Birth), stop).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task TickAsync(IMqttClient at, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                await PassOnAsync(at, Under(() => host.Tick(clock.GetUtcNow(), clock.Now)), stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task HearAsync(IMqttClient at, CancellationToken stop)
    {
        try
        {
            await foreach (var message in at.MessagesAsync(stop).ConfigureAwait(false))
            {
                var output = Under(() => host.Receive(message, clock.GetUtcNow(), clock.Now));
                await PassOnAsync(at, output, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task PassOnAsync(IMqttClient at, HostOutput output, CancellationToken stop)
    {
        foreach (var update in output.Updates)
        {
            hear(update);
        }

        foreach (var message in output.Send)
        {
            await at.PublishAsync(message, stop).ConfigureAwait(false);
        }
    }

    private T Under<T>(Func<T> decide)
    {
        lock (gate)
        {
            return decide();
        }
    }
}
