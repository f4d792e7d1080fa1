using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>Our client at a stranger's broker.</summary>
public sealed class MosquittoTests
{
    public static TheoryData<MqttVersion, MqttQos> VersionsAndQos =>
        new()
        {
            { MqttVersion.V5, MqttQos.AtMostOnce },
            { MqttVersion.V5, MqttQos.AtLeastOnce },
            { MqttVersion.V5, MqttQos.ExactlyOnce },
            { MqttVersion.V311, MqttQos.AtMostOnce },
            { MqttVersion.V311, MqttQos.AtLeastOnce },
            { MqttVersion.V311, MqttQos.ExactlyOnce },
        };

    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task A_message_goes_there_and_back(MqttVersion version, MqttQos qos)
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var options = TestClient.Options(mosquitto.Port, "a", new MqttSubscription("t/#", MqttQos.ExactlyOnce));
        await using var client = await TestClient.ConnectAsync(options with { Version = version });
        for (var i = 0; i < 100; i++)
        {
            var outcome = await client.PublishAsync($"t/{i}", $"payload {i}", qos);
            Assert.Equal(new PublishOutcome(PublishResult.Delivered, ""), outcome);
        }

        for (var i = 0; i < 100; i++)
        {
            var message = await client.NextAsync();
            Assert.Equal(($"t/{i}", $"payload {i}", qos), (message.Topic, message.Text, message.Qos));
        }
    }

    [Fact]
    public async Task Many_publishes_at_once_keep_their_order()
    {
        await using var mosquitto = await Mosquitto.StartAsync("max_inflight_messages 5");
        var options = TestClient.Options(mosquitto.Port, "a", new MqttSubscription("t", MqttQos.ExactlyOnce));
        await using var client = await TestClient.ConnectAsync(options);
        var all = Enumerable.Range(0, 500).Select(i => client.PublishAsync("t", $"{i}", MqttQos.ExactlyOnce)).ToList();
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal($"{i}", (await client.NextAsync()).Text);
        }

        Assert.All(await Task.WhenAll(all), outcome => Assert.Equal(PublishResult.Delivered, outcome.Result));
    }

    [Fact]
    public async Task Mosquitto_sub_sees_the_will_when_the_client_dies()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var watcher = await MosquittoSub.StartAsync(mosquitto.Port, "-t", "status", "-F", "%t %q %r %p");
        var will = new MqttMessage("status", "gone"u8.ToArray()) { Qos = MqttQos.AtLeastOnce };
        var options = TestClient.Options(mosquitto.Port, "same") with { Will = will };
        await using var client = await TestClient.ConnectAsync(options);
        // Another connection with its name takes the session over: for the broker the first one died.
        await MosquittoPub.RunAsync(mosquitto.Port, "-i", "same", "-t", "x", "-m", "y");
        Assert.Equal("status 0 0 gone", await watcher.NextAsync());
        Assert.False((await client.UntilAsync(change => !change.Connected)).Connected);
    }

    [Fact]
    public async Task No_will_is_sent_when_the_client_is_disposed()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var watcher = await MosquittoSub.StartAsync(mosquitto.Port, "-t", "#", "-F", "%p");
        var will = new MqttMessage("status", "gone"u8.ToArray());
        var client = await TestClient.ConnectAsync(TestClient.Options(mosquitto.Port, "a") with { Will = will });
        await client.DisposeAsync();
        await MosquittoPub.RunAsync(mosquitto.Port, "-t", "x", "-m", "next");
        Assert.Equal("next", await watcher.NextAsync());
    }

    [Fact]
    public async Task A_request_is_answered_on_its_response_topic()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var wanted = new MqttSubscription("command", MqttQos.AtLeastOnce);
        await using var server = await TestClient.ConnectAsync(TestClient.Options(mosquitto.Port, "server", wanted));
        await using var asker = await MosquittoSub.StartAsync(
            mosquitto.Port,
            "-V",
            "5",
            "-t",
            "answer",
            "-F",
            "%D %p %P"
        );
        string[] request =
        [
            "-V",
            "5",
            "-t",
            "command",
            "-m",
            "wake",
            "-q",
            "1",
            "-D",
            "publish",
            "response-topic",
            "answer",
        ];
        string[] extra = ["-D", "publish", "correlation-data", "id-7", "-D", "publish", "user-property", "who", "me"];
        await MosquittoPub.RunAsync(mosquitto.Port, [.. request, .. extra]);

        var command = await server.NextAsync();
        Assert.Equal(("wake", "answer"), (command.Text, command.ResponseTopic));
        Assert.Equal(new KeyValuePair<string, string>("who", "me"), Assert.Single(command.UserProperties));
        var answer = new MqttMessage(command.ResponseTopic!, "done"u8.ToArray())
        {
            CorrelationData = command.CorrelationData,
            UserProperties = [new("__stat", "200")],
        };
        await server.PublishAsync(answer);
        Assert.Equal("id-7 done __stat:200", await asker.NextAsync());
    }

    [Theory]
    [InlineData(MqttVersion.V5, "0x87")]
    [InlineData(MqttVersion.V311, "0x87")]
    public async Task A_refused_connection_says_why_and_no_secret(MqttVersion version, string code)
    {
        await using var mosquitto = await Mosquitto.StartAsync(
            folder => File.WriteAllText(Path.Combine(folder, "users"), ""),
            "allow_anonymous false",
            "password_file {folder}/users"
        );
        var options = TestClient.Options(mosquitto.Port, "a") with
        {
            Version = version,
            UserName = "operator",
            Password = "s3cret"u8.ToArray(),
        };
        await using var client = TestClient.Start(options);
        var change = await client.UntilAsync(c => c.Detail.Contains("refused", StringComparison.Ordinal));
        Assert.Contains(code, change.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", change.Detail + options, StringComparison.Ordinal);
        var outcome = await client.PublishAsync("t", "x", MqttQos.AtLeastOnce);
        Assert.Equal(new PublishOutcome(PublishResult.NotDelivered, change.Detail), outcome);
    }

    [Fact]
    public async Task The_brokers_limits_are_kept()
    {
        string[] limits = ["max_packet_size 1000", "max_qos 1", "retain_available false"];
        await using var mosquitto = await Mosquitto.StartAsync(limits);
        await using var client = await TestClient.ConnectAsync(TestClient.Options(mosquitto.Port, "a"));
        var large = await client.PublishAsync("t", new string('x', 1000), MqttQos.AtMostOnce);
        var assured = await client.PublishAsync("t", "x", MqttQos.ExactlyOnce);
        var retained = await client.PublishAsync("t", "x", MqttQos.AtMostOnce, retain: true);
        var good = await client.PublishAsync("t", "x", MqttQos.AtLeastOnce);
        Assert.Equal((PublishResult.Refused, PublishResult.Refused), (large.Result, assured.Result));
        Assert.Contains("1000 at most", large.Detail, StringComparison.Ordinal);
        Assert.Contains("QoS 1 at most", assured.Detail, StringComparison.Ordinal);
        Assert.Contains("no retained", retained.Detail, StringComparison.Ordinal);
        Assert.Equal(PublishResult.Delivered, good.Result);
    }

    [Fact]
    public async Task No_qos_1_message_is_lost_when_the_broker_restarts()
    {
        await using var mosquitto = await Mosquitto.StartAsync("persistence true", "persistence_location {folder}/");
        var wanted = new MqttSubscription("t", MqttQos.AtLeastOnce);
        var away = TimeSpan.FromMinutes(5);
        await using var reader = await TestClient.ConnectAsync(
            TestClient.Options(mosquitto.Port, "reader", wanted) with
            {
                SessionExpiry = away,
            }
        );
        await using var writer = await TestClient.ConnectAsync(TestClient.Options(mosquitto.Port, "writer"));
        var sending = SendAllAsync(writer, 400);
        var received = new HashSet<string>();
        for (var restarts = 0; received.Count < 400; )
        {
            received.Add((await reader.NextAsync()).Text);
            if (restarts < 3 && received.Count > 50 * (restarts + 1))
            {
                restarts++;
                await mosquitto.StopAsync();
                await mosquitto.StartAgainAsync();
            }
        }

        await sending;
        Assert.Equal(400, received.Count);
    }

    [Fact]
    public async Task The_client_comes_back_to_a_killed_broker_and_subscribes_again()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var client = await TestClient.ConnectAsync(
            TestClient.Options(mosquitto.Port, "a", new MqttSubscription("t"))
        );
        await mosquitto.KillAsync();
        await client.UntilAsync(change => change.Detail.Contains("nothing listens", StringComparison.Ordinal));
        Assert.False(client.Client.IsConnected);
        Assert.Equal(PublishResult.NotDelivered, (await client.PublishAsync("t", "lost", MqttQos.AtMostOnce)).Result);
        await mosquitto.StartAgainAsync();
        Assert.False((await client.UntilAsync(change => change.Connected)).SessionPresent);
        await MosquittoPub.RunAsync(mosquitto.Port, "-t", "t", "-m", "again");
        Assert.Equal("again", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task What_is_sent_while_the_client_is_away_waits_in_its_session()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var options = TestClient.Options(mosquitto.Port, "a", new MqttSubscription("t", MqttQos.ExactlyOnce));
        options = options with { SessionExpiry = TimeSpan.FromMinutes(1) };
        var first = await TestClient.ConnectAsync(options);
        await first.DisposeAsync();
        await MosquittoPub.RunAsync(mosquitto.Port, "-t", "t", "-q", "2", "-m", "kept");
        await using var second = TestClient.Start(options);
        Assert.True((await second.UntilAsync(change => change.Connected)).SessionPresent);
        Assert.Equal("kept", (await second.NextAsync()).Text);
    }

    private static async Task SendAllAsync(TestClient writer, int count)
    {
        for (var i = 0; i < count; )
        {
            var outcome = await writer.PublishAsync("t", $"{i}", MqttQos.AtLeastOnce);
            if (outcome.Result == PublishResult.Delivered)
            {
                i++;
            }
            else if (!writer.Client.IsConnected)
            {
                await writer.UntilAsync(change => change.Connected);
            }
        }
    }
}
