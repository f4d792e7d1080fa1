using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>A stranger's clients, mosquitto_pub and mosquitto_sub, at our broker.</summary>
public sealed class MosquittoClientsTests
{
    public static TheoryData<string, string> VersionsAndQos =>
        new()
        {
            { "5", "0" },
            { "5", "1" },
            { "5", "2" },
            { "311", "0" },
            { "311", "1" },
            { "311", "2" },
        };

    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task A_message_is_delivered_with_its_qos(string version, string qos)
    {
        await using var broker = await TestBroker.StartAsync();
        var port = broker.EndPoint.Port;
        await using var sub = await MosquittoSub.StartAsync(
            port,
            "-V",
            version,
            "-q",
            qos,
            "-t",
            "a/+/#",
            "-F",
            "%t %q %p"
        );
        for (var i = 0; i < 3; i++)
        {
            await MosquittoPub.RunAsync(port, "-V", version, "-q", qos, "-t", $"a/b/{i}", "-m", $"payload {i}");
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"a/b/{i} {qos} payload {i}", await sub.NextAsync());
        }
    }

    [Theory]
    [InlineData("5")]
    [InlineData("311")]
    public async Task A_retained_message_waits_for_subscribers(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        var port = broker.EndPoint.Port;
        await MosquittoPub.RunAsync(port, "-V", version, "-r", "-t", "state/a", "-m", "old");
        await MosquittoPub.RunAsync(port, "-V", version, "-r", "-t", "state/a", "-m", "kept");
        await MosquittoPub.RunAsync(port, "-V", version, "-r", "-t", "state/b", "-m", "cleared");
        await MosquittoPub.RunAsync(port, "-V", version, "-r", "-t", "state/b", "-n");
        await using var sub = await MosquittoSub.StartAsync(port, "-V", version, "-t", "state/#", "-F", "%t %r %p");
        Assert.Equal("state/a 1 kept", await sub.NextAsync());
        await MosquittoPub.RunAsync(port, "-V", version, "-r", "-t", "state/b", "-m", "live");
        Assert.Equal("state/b 0 live", await sub.NextAsync());
    }

    [Theory]
    [InlineData("5")]
    [InlineData("311")]
    public async Task The_will_of_a_killed_client_is_sent(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        var port = broker.EndPoint.Port;
        await using var watcher = await MosquittoSub.StartAsync(port, "-V", version, "-t", "will", "-F", "%p");
        string[] will = ["--will-topic", "will", "--will-payload", "died", "--will-qos", "1"];
        await using var victim = await MosquittoSub.StartAsync(port, ["-V", version, "-t", "x", .. will]);
        await victim.KillAsync();
        Assert.Equal("died", await watcher.NextAsync());
    }

    [Fact]
    public async Task A_request_with_response_topic_and_correlation_data_passes_through()
    {
        await using var broker = await TestBroker.StartAsync();
        var port = broker.EndPoint.Port;
        await using var sub = await MosquittoSub.StartAsync(port, "-V", "5", "-t", "cmd", "-F", "%R %D %C %P %p");
        string[] request = ["-V", "5", "-t", "cmd", "-m", "wake", "-D", "publish", "response-topic", "answers/7"];
        string[] more = ["-D", "publish", "correlation-data", "id-7", "-D", "publish", "content-type", "text/plain"];
        await MosquittoPub.RunAsync(port, [.. request, .. more, "-D", "publish", "user-property", "who", "me"]);
        Assert.Equal("answers/7 id-7 text/plain who:me wake", await sub.NextAsync());
    }

    [Fact]
    public async Task A_session_waits_for_its_client()
    {
        await using var broker = await TestBroker.StartAsync();
        var port = broker.EndPoint.Port;
        var first = await MosquittoSub.StartAsync(port, "-c", "-i", "reader", "-q", "1", "-t", "t", "-F", "%p");
        await first.DisposeAsync();
        await MosquittoPub.RunAsync(port, "-q", "1", "-t", "t", "-m", "kept");
        await using var second = await MosquittoSub.StartAsync(
            port,
            "-c",
            "-i",
            "reader",
            "-q",
            "1",
            "-t",
            "t",
            "-F",
            "%p"
        );
        Assert.Equal("kept", await second.NextAsync());
    }

    [Fact]
    public async Task Our_client_and_mosquittos_talk_through_it()
    {
        await using var broker = await TestBroker.StartAsync();
        var port = broker.EndPoint.Port;
        var options = TestClient.Options(port, "ours", new MqttSubscription("down", MqttQos.ExactlyOnce));
        await using var client = await TestClient.ConnectAsync(options);
        await using var sub = await MosquittoSub.StartAsync(port, "-q", "2", "-t", "up", "-F", "%q %p");
        Assert.Equal(PublishResult.Delivered, (await client.PublishAsync("up", "hello", MqttQos.ExactlyOnce)).Result);
        Assert.Equal("2 hello", await sub.NextAsync());
        await MosquittoPub.RunAsync(port, "-q", "2", "-t", "down", "-m", "back");
        Assert.Equal("back", (await client.NextAsync()).Text);
    }
}
