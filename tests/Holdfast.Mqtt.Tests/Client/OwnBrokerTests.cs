using System.Net;
using System.Text;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Authentication;
using Holdfast.Mqtt.Broker.Listening;
using Holdfast.Mqtt.Client;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>Our client at our broker, where Debian's mosquitto has nothing to face it with.</summary>
public sealed class OwnBrokerTests : IDisposable
{
    private static readonly MqttBrokerOptions Proving = TestBroker.AnyPort with
    {
        Authenticators = [new ScramServer(new OneUser(), "for names that nobody has"u8.ToArray())],
    };

    private readonly CancellationTokenSource patience = new(Patience.Long);

    public void Dispose() => patience.Dispose();

    [Fact]
    public async Task Both_sides_prove_the_password_with_scram_and_again_when_asked()
    {
        await using var broker = await TestBroker.StartAsync(Proving);
        await using var client = await TestClient.ConnectAsync(Options(broker, "pencil"));
        Assert.Equal(PublishResult.Delivered, (await client.Client.ReauthenticateAsync(patience.Token)).Result);
        Assert.Equal(PublishResult.Delivered, (await client.PublishAsync("t", "x", MqttQos.AtLeastOnce)).Result);
        Assert.Equal("x", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_not_told()
    {
        await using var broker = await TestBroker.StartAsync(Proving);
        await using var client = TestClient.Start(Options(broker, "wr0ng"));
        var change = await client.UntilAsync(c => c.Detail.Contains("refused", StringComparison.Ordinal));
        Assert.Contains("not authorized (0x87)", change.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", change.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_websocket()
    {
        var web = new BrokerListener
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            WebSocket = new WebSocketRules(),
        };
        await using var broker = await TestBroker.StartAsync(TestBroker.AnyPort with { Listeners = [web] });
        await using var mqtt = await MqttConnection.ConnectAsync(
            $"ws://127.0.0.1:{broker.EndPoint.Port}",
            patience.Token
        );
        await mqtt.PublishAsync("t", new string('x', 100_000), retain: true, cancellationToken: patience.Token);
        await foreach (var message in mqtt.SubscribeAsync("t", cancellationToken: patience.Token))
        {
            Assert.Equal(100_000, message.Payload.Length);
            break;
        }
    }

    [Fact]
    public async Task Sent_elsewhere_it_goes_and_its_subscriptions_with_it()
    {
        await using var second = await TestBroker.StartAsync();
        await using var first = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(
            TestClient.Options(first.EndPoint.Port, "a", new MqttSubscription("t"))
        );
        first.Redirect(new ServerRedirect($"127.0.0.1:{second.EndPoint.Port}"));
        var change = await client.UntilAsync(c => c.Connected);
        Assert.Contains($":{second.EndPoint.Port}", change.Detail, StringComparison.Ordinal);
        await client.PublishAsync("t", "x", MqttQos.AtLeastOnce);
        Assert.Equal("x", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Requests_use_the_response_topic_that_the_broker_wants()
    {
        await using var broker = await TestBroker.StartAsync(
            TestBroker.AnyPort with
            {
                ResponseTopicPrefix = "answers/",
            }
        );
        var options = TestClient.Options(broker.EndPoint.Port, "asker") with { AsksForResponseInformation = true };
        await using var asker = await MqttConnection.ConnectAsync(options, patience.Token);
        await using var server = await TestClient.ConnectAsync(
            TestClient.Options(broker.EndPoint.Port, "server", new MqttSubscription("work"))
        );
        var asking = asker.RequestAsync("work", "x", Patience.Long, patience.Token);
        var asked = await server.NextAsync();
        Assert.StartsWith("answers/asker", asked.ResponseTopic, StringComparison.Ordinal);
        await server.PublishAsync(
            new MqttMessage(asked.ResponseTopic!, "done"u8.ToArray()) { CorrelationData = asked.CorrelationData }
        );
        Assert.Equal("done", (await asking).Text);
    }

    private static MqttClientOptions Options(MqttBroker broker, string password) =>
        TestClient.Options(broker.EndPoint.Port, "a", new MqttSubscription("t")) with
        {
            Authentication = () => new ScramClient("farm", Encoding.UTF8.GetBytes(password)),
        };

    private sealed class OneUser : IScramCredentials
    {
        private readonly ScramCredential credential = ScramCredential.FromPassword(
            "pencil"u8,
            "a salt of its own"u8.ToArray(),
            ScramCredential.IterationsMin
        );

        public ScramCredential? Find(string userName) => userName == "farm" ? credential : null;
    }
}
