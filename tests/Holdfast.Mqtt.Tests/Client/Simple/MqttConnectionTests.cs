using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client.Simple;

public sealed class MqttConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = Patience.Long;

    private readonly CancellationTokenSource patience = new(Long);
    private MqttBroker broker = null!;

    private string Url => $"mqtt://127.0.0.1:{broker.EndPoint.Port}";

    public async ValueTask InitializeAsync() => broker = await TestBroker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        patience.Dispose();
    }

    [Fact]
    public async Task Each_stream_gets_what_it_asked_for_once()
    {
        await using var connection = await MqttConnection.ConnectAsync(Url, patience.Token);
        var both = ReadAsync(connection, "a/#", 2);
        var one = ReadAsync(connection, "a/b", 1);
        await SubscribedAsync(connection, "a/b", "a/c");
        await connection.PublishAsync("a/b", "1");
        await connection.PublishAsync("a/c", "2");
        Assert.Equal(["1", "2"], await both);
        Assert.Equal(["1"], await one);
    }

    [Fact]
    public async Task A_second_stream_of_the_same_filter_lives_on_when_the_first_ends()
    {
        await using var connection = await MqttConnection.ConnectAsync(Url, patience.Token);
        var first = ReadAsync(connection, "a", 1);
        var second = ReadAsync(connection, "a", 2);
        await SubscribedAsync(connection, "a");
        await connection.PublishAsync("a", "1");
        Assert.Equal(["1"], await first);
        await connection.PublishAsync("a", "2");
        Assert.Equal(["1", "2"], await second);
    }

    [Fact]
    public async Task A_request_gets_its_own_answer()
    {
        await using var server = await MqttConnection.ConnectAsync(Url, patience.Token);
        var serving = ServeAsync(server, 20);
        await using var client = await MqttConnection.ConnectAsync(Url, patience.Token);
        await SubscribedAsync(server, "double");
        var asked = Enumerable.Range(0, 20).Select(i => client.RequestAsync("double", $"{i}", Long, patience.Token));
        var answers = await Task.WhenAll(asked);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{2 * i}"), answers.Select(a => a.Text));
        await serving;
    }

    [Fact]
    public async Task A_request_may_have_several_answers()
    {
        await using var connection = await MqttConnection.ConnectAsync(Url, patience.Token);
        var serving = AnswerInStepsAsync(connection);
        await SubscribedAsync(connection, "work");
        var steps = new List<string>();
        await foreach (var answer in connection.RequestManyAsync(new("work", default), Long, patience.Token))
        {
            steps.Add(answer.Text);
            if (answer.Text == "done")
            {
                break;
            }
        }

        Assert.Equal(["accepted", "working", "done"], steps);
        await serving;
    }

    [Fact]
    public async Task Nobody_answers_in_time()
    {
        await using var connection = await MqttConnection.ConnectAsync(Url, patience.Token);
        var asking = connection.RequestAsync("nobody", "x", TimeSpan.FromMilliseconds(50), patience.Token);
        var late = await Assert.ThrowsAsync<TimeoutException>(() => asking);
        Assert.Equal("nobody answered on nobody within 0.05 s", late.Message);
    }

    [Fact]
    public async Task What_cannot_be_is_thrown_with_words()
    {
        await using var connection = await MqttConnection.ConnectAsync(Url, patience.Token);
        var bad = await Assert.ThrowsAsync<MqttException>(() => connection.PublishAsync("a/#", "x"));
        Assert.StartsWith("a/#: the topic", bad.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => ReadAsync(connection, "a#", 1));
        await Assert.ThrowsAsync<ArgumentException>(() => MqttConnection.ConnectAsync("http://x"));
        var nothing = $"mqtt://127.0.0.1:{LoopbackPort.Free()}";
        var alone = await Assert.ThrowsAsync<MqttException>(() => MqttConnection.ConnectAsync(nothing));
        Assert.StartsWith("nothing listens", alone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_end_with_the_connection()
    {
        var connection = await MqttConnection.ConnectAsync(Url, patience.Token);
        var reading = ReadAsync(connection, "a", 2);
        await SubscribedAsync(connection, "a");
        await connection.PublishAsync("a", "1");
        await connection.DisposeAsync();
        Assert.True((await reading).Count <= 1);
    }

    private async Task<List<string>> ReadAsync(MqttConnection connection, string filter, int count)
    {
        var texts = new List<string>();
        await foreach (var message in connection.SubscribeAsync(filter, cancellationToken: patience.Token))
        {
            if (message.Text.Length > 0)
            {
                texts.Add(message.Text);
            }

            if (texts.Count == count)
            {
                break;
            }
        }

        return texts;
    }

    /// <summary>The streams that were begun are subscribed: the client asks in order.</summary>
    private async Task SubscribedAsync(MqttConnection connection, params string[] topics)
    {
        await connection.Client.SubscribeAsync([new MqttSubscription("unused")], patience.Token);
        foreach (var topic in topics)
        {
            await connection.PublishAsync(topic, "", cancellationToken: patience.Token);
        }
    }

    private async Task ServeAsync(MqttConnection server, int count)
    {
        await foreach (var asked in server.SubscribeAsync("double", cancellationToken: patience.Token))
        {
            if (asked.ResponseTopic is not { } topic)
            {
                continue;
            }

            var doubled = 2 * int.Parse(asked.Text, System.Globalization.CultureInfo.InvariantCulture);
            var answer = new MqttMessage(topic, System.Text.Encoding.UTF8.GetBytes($"{doubled}"))
            {
                CorrelationData = asked.CorrelationData,
            };
            await server.PublishAsync(answer, patience.Token);
            if (--count == 0)
            {
                break;
            }
        }
    }

    private async Task AnswerInStepsAsync(MqttConnection server)
    {
        await foreach (var asked in server.SubscribeAsync("work", cancellationToken: patience.Token))
        {
            if (asked.ResponseTopic is not { } topic)
            {
                continue;
            }

            foreach (var step in (string[])["accepted", "working", "done"])
            {
                var answer = new MqttMessage(topic, System.Text.Encoding.UTF8.GetBytes(step))
                {
                    CorrelationData = asked.CorrelationData,
                    Qos = MqttQos.AtLeastOnce,
                };
                await server.PublishAsync(answer, patience.Token);
            }

            break;
        }
    }
}
