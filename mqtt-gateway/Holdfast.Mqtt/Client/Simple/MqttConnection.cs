using System.Runtime.CompilerServices;
using System.Text;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// A connection to a broker for those who want to publish, subscribe and ask without further ado. It stays connected by itself; what
/// fails is thrown as <see cref="MqttException"/>. Any number of streams of messages may be read at once: each gets its own, and a message
/// of QoS 1 or 2 is acknowledged to the broker when all that got it are done with it, which is when they ask for the next.
/// </summary>
public sealed class MqttConnection : IAsyncDisposable
{
    private readonly MessageStreams streams;
    private readonly Requests requests;
    private int isDisposed;

    private MqttConnection(MqttClient client)
    {
        Client = client;
        streams = new MessageStreams(client);
        requests = new Requests(client, streams);
    }

    /// <summary>What this stands on, with everything else that a client can. Its messages are read by this object.</summary>
    public MqttClient Client { get; }

    /// <summary>Connects to "mqtt://host", with the forms of <see cref="BrokerUrl"/>; under a name that the broker gives.</summary>
    /// <exception cref="ArgumentException">It is no such address.</exception>
    /// <exception cref="MqttException">There is no connection to be had.</exception>
    public static Task<MqttConnection> ConnectAsync(string url, CancellationToken cancellationToken = default) =>
        BrokerUrl.Parse(url, clientId: "") is var (options, problem) && options is not null
            ? ConnectAsync(options, cancellationToken)
            : throw new ArgumentException(problem, nameof(url));

    /// <exception cref="MqttException">There is no connection to be had.</exception>
    public static async Task<MqttConnection> ConnectAsync(
        MqttClientOptions options,
        CancellationToken cancellationToken = default
    )
    {
        var seed = BitConverter.ToUInt64(Guid.NewGuid().ToByteArray());
        var client = new MqttClient(options, TimeProvider.System, new SeededRandom(seed));
        try
        {
            await client.FirstConnectionAsync(cancellationToken).ConfigureAwait(false);
            return new MqttConnection(client);
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Publishes text. Returns when the broker has it, with QoS 0 when it is sent.</summary>
    /// <exception cref="MqttException">The broker refused it, or the connection broke: it may or may not have it.</exception>
    public Task PublishAsync(
        string topic,
        string text,
        MqttQos qos = MqttQos.AtLeastOnce,
        bool retain = false,
        CancellationToken cancellationToken = default
    ) =>
        PublishAsync(
            new MqttMessage(topic, Encoding.UTF8.GetBytes(text)) { Qos = qos, Retain = retain },
            cancellationToken
        );

    /// <summary>Publishes a message. Returns when the broker has it, with QoS 0 when it is sent.</summary>
    /// <exception cref="MqttException">The broker refused it, or the connection broke: it may or may not have it.</exception>
    public async Task PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        var outcome = await Client.PublishAsync(message, cancellationToken).ConfigureAwait(false);
        if (outcome.Result != PublishResult.Delivered)
        {
            throw new MqttException($"{message.Topic}: {outcome.Detail}");
        }
    }

    /// <summary>
    /// Subscribes when the reading begins and unsubscribes when it ends. What a stream has not read when it ends counts as read. Of QoS 0
    /// messages a stream holds 1,000; what comes on top is dropped.
    /// </summary>
    /// <exception cref="ArgumentException">It is no topic filter.</exception>
    /// <exception cref="MqttException">The broker refused it.</exception>
    public async IAsyncEnumerable<MqttMessage> SubscribeAsync(
        string filter,
        MqttQos qos = MqttQos.AtLeastOnce,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var stream = await streams.OpenAsync(filter, qos, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        while (await stream.NextAsync(cancellationToken).ConfigureAwait(false) is { } delivery)
        {
            yield return delivery.Message;
            delivery.Done();
        }
    }

    /// <summary>Asks and returns the first answer (MQTT 5.0 §4.10).</summary>
    /// <exception cref="TimeoutException">Nobody answered in time.</exception>
    /// <exception cref="MqttException">It could not be asked.</exception>
    public Task<MqttMessage> RequestAsync(
        string topic,
        string text,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    ) => RequestAsync(new MqttMessage(topic, Encoding.UTF8.GetBytes(text)), timeout, cancellationToken);

    /// <summary>
    /// Asks and returns the first answer. The response topic is set here, and correlation data where the request brings none (64 bytes at most, and
    /// of its own among those under way).
    /// </summary>
    /// <exception cref="ArgumentException">The correlation data are too long, or another request under way has the same.</exception>
    /// <exception cref="TimeoutException">Nobody answered in time.</exception>
    /// <exception cref="MqttException">It could not be asked.</exception>
    public async Task<MqttMessage> RequestAsync(
        MqttMessage request,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    )
    {
        await foreach (var answer in RequestManyAsync(request, timeout, cancellationToken).ConfigureAwait(false))
        {
            return answer;
        }

        throw new TimeoutException($"nobody answered on {request.Topic} within {timeout.TotalSeconds:0.###} s");
    }

    /// <summary>
    /// Asks and gives every answer, until for <paramref name="patience"/> none came any more, or the reader leaves: which answer is the last
    /// one says the responder.
    /// </summary>
    /// <exception cref="ArgumentException">The correlation data are too long, or another request under way has the same.</exception>
    /// <exception cref="MqttException">It could not be asked.</exception>
    public IAsyncEnumerable<MqttMessage> RequestManyAsync(
        MqttMessage request,
        TimeSpan patience,
        CancellationToken cancellationToken = default
    ) => requests.AskAsync(request, patience, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        await Client.DisposeAsync().ConfigureAwait(false);
        await requests.DisposeAsync().ConfigureAwait(false);
        await streams.DisposeAsync().ConfigureAwait(false);
    }
}
