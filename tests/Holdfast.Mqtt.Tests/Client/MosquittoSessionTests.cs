using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>Sessions, subscriptions at run time, aliases and expiry at a stranger's broker.</summary>
public sealed class MosquittoSessionTests
{
    [Fact]
    public async Task Subscriptions_come_and_go()
    {
        await using var mosquitto = await Mosquitto.StartAsync("max_qos 1");
        await using var client = await TestClient.ConnectAsync(TestClient.Options(mosquitto.Port, "a"));
        using var patience = new CancellationTokenSource(Patience.Long);
        var wanted = new MqttSubscription("t/#", MqttQos.ExactlyOnce) { Identifier = 5 };
        var granted = await client.Client.SubscribeAsync([wanted], patience.Token);
        Assert.Equal(new SubscriptionAnswer("t/#", true, MqttQos.AtLeastOnce, ""), Assert.Single(granted));
        await client.PublishAsync("t/1", "x", MqttQos.AtLeastOnce);
        var message = await client.NextAsync();
        Assert.Equal(("t/1", 5u), (message.Topic, Assert.Single(message.SubscriptionIdentifiers)));

        Assert.True((await client.Client.UnsubscribeAsync(["t/#"], patience.Token)).Single().IsGranted);
        await client.PublishAsync("t/1", "lost", MqttQos.AtLeastOnce);
        await client.Client.SubscribeAsync([new("u")], patience.Token);
        await client.PublishAsync("u", "y", MqttQos.AtLeastOnce);
        Assert.Equal("y", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Subscriptions_of_run_time_outlive_the_broker()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var client = await TestClient.ConnectAsync(TestClient.Options(mosquitto.Port, "a"));
        using var patience = new CancellationTokenSource(Patience.Long);
        await client.Client.SubscribeAsync([new("t")], patience.Token);
        await mosquitto.KillAsync();
        await client.UntilAsync(change =>
            !change.Connected && change.Detail.Contains("listens", StringComparison.Ordinal)
        );
        await mosquitto.StartAgainAsync();
        await client.UntilAsync(change => change.Connected);
        await client.PublishAsync("t", "again", MqttQos.AtLeastOnce);
        Assert.Equal("again", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Topics_by_number_arrive_by_name()
    {
        await using var mosquitto = await Mosquitto.StartAsync("max_topic_alias 3", "set_tcp_nodelay true");
        await using var client = await TestClient.ConnectAsync(
            TestClient.Options(mosquitto.Port, "a", new MqttSubscription("rack/#"))
        );
        for (var i = 0; i < 300; i++)
        {
            var topic = $"rack/{(i % 7) * (i % 3)}";
            await client.PublishAsync(topic, $"{i}", MqttQos.AtLeastOnce);
            var message = await client.NextAsync();
            Assert.Equal((topic, $"{i}"), (message.Topic, message.Text));
        }
    }

    [Fact]
    public async Task A_message_that_expired_while_we_were_away_does_not_come_and_what_is_left_is_told()
    {
        await using var mosquitto = await Mosquitto.StartAsync("sys_interval 1");
        var options = TestClient.Options(mosquitto.Port, "a", new MqttSubscription("t")) with
        {
            SessionExpiry = TimeSpan.FromMinutes(1),
        };
        await (await TestClient.ConnectAsync(options)).DisposeAsync();
        await using var writer = await TestClient.ConnectAsync(TestClient.Options(mosquitto.Port, "b"));
        await writer.PublishAsync(Message("short", TimeSpan.FromSeconds(1)));
        await writer.PublishAsync(Message("long", TimeSpan.FromMinutes(1)));
        // Three ticks of the broker's own clock.
        await using var watch = await MosquittoSub.StartAsync(mosquitto.Port, "-t", "$SYS/broker/uptime", "-F", "%p");
        for (var tick = 0; tick < 4; tick++)
        {
            await watch.NextAsync();
        }

        await using var back = await TestClient.ConnectAsync(options);
        var message = await back.NextAsync();
        Assert.Equal("long", message.Text);
        Assert.InRange(message.Expiry!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(59));
    }

    [Fact]
    public async Task Qos_2_comes_once_and_in_order_while_the_broker_restarts()
    {
        await using var mosquitto = await Mosquitto.StartAsync("persistence true", "persistence_location {folder}/");
        var lasting = TimeSpan.FromMinutes(5);
        var wanted = new MqttSubscription("t", MqttQos.ExactlyOnce);
        await using var reader = await TestClient.ConnectAsync(
            TestClient.Options(mosquitto.Port, "reader", wanted) with
            {
                SessionExpiry = lasting,
            }
        );
        await using var writer = await TestClient.ConnectAsync(
            TestClient.Options(mosquitto.Port, "writer") with
            {
                SessionExpiry = lasting,
            }
        );
        var sending = SendAllAsync(writer, 300);
        var received = new List<string>();
        for (var restarts = 0; received.Count < 300; )
        {
            received.Add((await reader.NextAsync()).Text);
            if (restarts < 3 && received.Count > 60 * (restarts + 1))
            {
                restarts++;
                await mosquitto.StopAsync();
                await mosquitto.StartAgainAsync();
            }
        }

        await sending;
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), received);
    }

    [Fact]
    public async Task Messages_are_acknowledged_when_their_reader_says_so()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var options = TestClient.Options(mosquitto.Port, "a", new MqttSubscription("t")) with
        {
            SessionExpiry = TimeSpan.FromMinutes(1),
            ReceiveMaximum = 2,
        };
        using var patience = new CancellationTokenSource(Patience.Long);
        await using (var client = new MqttClient(options, TimeProvider.System, new SeededRandom(1)))
        {
            var deliveries = client.DeliveriesAsync(patience.Token).GetAsyncEnumerator();
            await foreach (var change in client.ConnectionChangesAsync(patience.Token))
            {
                if (change.Connected)
                {
                    break;
                }
            }

            await MosquittoPub.RunAsync(mosquitto.Port, "-t", "t", "-q", "1", "-m", "1");
            await MosquittoPub.RunAsync(mosquitto.Port, "-t", "t", "-q", "1", "-m", "2");
            Assert.True(await deliveries.MoveNextAsync());
            deliveries.Current.Acknowledge();
            Assert.True(await deliveries.MoveNextAsync());
            Assert.Equal("2", deliveries.Current.Message.Text);
            // Not acknowledged.
        }

        await using var second = await TestClient.ConnectAsync(options);
        Assert.Equal("2", (await second.NextAsync()).Text);
    }

    private static MqttMessage Message(string text, TimeSpan expiry) =>
        new("t", System.Text.Encoding.UTF8.GetBytes(text)) { Qos = MqttQos.AtLeastOnce, Expiry = expiry };

    private static async Task SendAllAsync(TestClient writer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            // In its session a message is delivered in the end, and only once.
            while ((await writer.PublishAsync("t", $"{i}", MqttQos.ExactlyOnce)).Result != PublishResult.Delivered)
            {
                await writer.UntilAsync(change => change.Connected);
            }
        }
    }
}
