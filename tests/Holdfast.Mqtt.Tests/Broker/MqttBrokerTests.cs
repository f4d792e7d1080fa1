using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Client;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker;

public sealed class MqttBrokerTests
{
    [Fact]
    public async Task A_port_in_use_is_named_with_the_remedy()
    {
        await using var first = await TestBroker.StartAsync();
        var error = await Assert.ThrowsAsync<IOException>(() =>
            TestBroker.StartAsync(new MqttBrokerOptions { EndPoint = first.EndPoint })
        );
        Assert.StartsWith($"{first.EndPoint} is used by another program", error.Message, StringComparison.Ordinal);
        Assert.Contains("choose another port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_starts_again_on_its_port_and_clients_come_back()
    {
        var first = await TestBroker.StartAsync();
        var options = TestClient.Options(first.EndPoint.Port, "a", new MqttSubscription("t"));
        await using var client = await TestClient.ConnectAsync(options);
        await first.DisposeAsync();
        var end = await client.UntilAsync(change => !change.Connected);
        Assert.Contains("broker shutting down (0x8B)", end.Detail, StringComparison.Ordinal);
        await using var second = await TestBroker.StartAsync(new MqttBrokerOptions { EndPoint = first.EndPoint });
        await client.UntilAsync(change => change.Connected);
        await client.PublishAsync("t", "again", MqttQos.AtLeastOnce);
        Assert.Equal("again", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task The_older_of_two_connections_with_one_name_is_told_so()
    {
        await using var broker = await TestBroker.StartAsync();
        var options = TestClient.Options(broker.EndPoint.Port, "same") with { BackoffMin = TimeSpan.FromMinutes(1) };
        await using var older = await TestClient.ConnectAsync(options);
        await using var newer = await TestClient.ConnectAsync(options);
        var end = await older.UntilAsync(change => !change.Connected);
        Assert.Contains("taken over by another connection", end.Detail, StringComparison.Ordinal);
        Assert.Equal(PublishResult.Delivered, (await newer.PublishAsync("t", "x", MqttQos.AtLeastOnce)).Result);
    }

    [Fact]
    public async Task What_the_policy_forbids_is_refused_in_words()
    {
        await using var broker = await TestBroker.StartAsync(TestBroker.AnyPort with { Policy = new OpenTopicsOnly() });
        MqttSubscription[] wanted = [new("open/#"), new("closed")];
        var options = TestClient.Options(broker.EndPoint.Port, "a", wanted) with { UserName = "u" };
        await using var client = TestClient.Start(options with { Password = "right"u8.ToArray() });
        var change = await client.UntilAsync(c => c.Connected);
        Assert.Contains("subscription closed refused: not authorized (0x87)", change.Detail, StringComparison.Ordinal);
        var refused = await client.PublishAsync("closed", "x", MqttQos.AtLeastOnce);
        Assert.Equal(PublishResult.Refused, refused.Result);
        Assert.Contains("not authorized (0x87)", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(PublishResult.Delivered, (await client.PublishAsync("open/x", "x", MqttQos.AtLeastOnce)).Result);

        await using var stranger = TestClient.Start(options with { ClientId = "b", Password = "wrong"u8.ToArray() });
        var end = await stranger.UntilAsync(c => c.Detail.Contains("refused", StringComparison.Ordinal));
        Assert.Contains("bad user name or password (0x86)", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_messages_arrive_in_order()
    {
        await using var broker = await TestBroker.StartAsync();
        var wanted = new MqttSubscription("t", MqttQos.AtLeastOnce);
        await using var reader = await TestClient.ConnectAsync(TestClient.Options(broker.EndPoint.Port, "r", wanted));
        await using var writer = await TestClient.ConnectAsync(TestClient.Options(broker.EndPoint.Port, "w"));
        var sending = SendAsync(writer, 4_000);
        for (var i = 0; i < 4_000; i++)
        {
            Assert.Equal($"{i}", (await reader.NextAsync()).Text);
        }

        Assert.True(await sending);
    }

    private static async Task<bool> SendAsync(TestClient writer, int count)
    {
        var flying = new Queue<Task<PublishOutcome>>();
        var good = true;
        for (var i = 0; i < count; i++)
        {
            flying.Enqueue(writer.PublishAsync("t", $"{i}", MqttQos.AtLeastOnce));
            if (flying.Count > 200)
            {
                good &= (await flying.Dequeue()).Result == PublishResult.Delivered;
            }
        }

        return good && (await Task.WhenAll(flying)).All(outcome => outcome.Result == PublishResult.Delivered);
    }

    private sealed class OpenTopicsOnly : IBrokerPolicy
    {
        public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) =>
            password.SequenceEqual("right"u8) ? ConnectVerdict.Accept : ConnectVerdict.BadUserNameOrPassword;

        public bool MayPublish(BrokerClient client, string topic) =>
            topic.StartsWith("open/", StringComparison.Ordinal);

        public bool MaySubscribe(BrokerClient client, string filter) =>
            filter.StartsWith("open/", StringComparison.Ordinal);
    }
}
