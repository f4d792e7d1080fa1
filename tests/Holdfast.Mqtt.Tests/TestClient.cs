using System.Text;
using Holdfast.Mqtt.Client;

namespace Holdfast.Mqtt.Tests;

/// <summary>Our client with its two streams held open, so that a test can ask for the next message or change.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly CancellationTokenSource patience = new(Patience.Long);
    private readonly IAsyncEnumerator<MqttMessage> messages;
    private readonly IAsyncEnumerator<ConnectionChange> changes;

    private TestClient(MqttClientOptions options)
    {
        Client = new MqttClient(options, TimeProvider.System, new SeededRandom(1));
        messages = Client.MessagesAsync(patience.Token).GetAsyncEnumerator();
        changes = Client.ConnectionChangesAsync(patience.Token).GetAsyncEnumerator();
    }

    public MqttClient Client { get; }

    public static MqttClientOptions Options(int port, string clientId, params MqttSubscription[] subscriptions) =>
        new("127.0.0.1", port, clientId)
        {
            Subscriptions = subscriptions,
            BackoffMin = TimeSpan.FromMilliseconds(20),
            BackoffMax = TimeSpan.FromMilliseconds(200),
        };

    public static TestClient Start(MqttClientOptions options) => new(options);

    public static async Task<TestClient> ConnectAsync(MqttClientOptions options)
    {
        var client = new TestClient(options);
        await client.UntilAsync(change => change.Connected);
        return client;
    }

    public async Task<ConnectionChange> UntilAsync(Func<ConnectionChange, bool> isWanted)
    {
        while (await changes.MoveNextAsync())
        {
            if (isWanted(changes.Current))
            {
                return changes.Current;
            }
        }

        throw new InvalidOperationException("the client ended");
    }

    /// <summary>The next message; the one before is acknowledged by asking.</summary>
    public async Task<MqttMessage> NextAsync() =>
        await messages.MoveNextAsync() ? messages.Current : throw new InvalidOperationException("the client ended");

    public Task<PublishOutcome> PublishAsync(MqttMessage message) => Client.PublishAsync(message, patience.Token);

    public Task<PublishOutcome> PublishAsync(string topic, string payload, MqttQos qos, bool retain = false) =>
        PublishAsync(new MqttMessage(topic, Encoding.UTF8.GetBytes(payload)) { Qos = qos, Retain = retain });

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await messages.DisposeAsync();
        await changes.DisposeAsync();
        patience.Dispose();
    }
}
