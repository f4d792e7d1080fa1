using System.Text.RegularExpressions;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Docs;

/// <summary>The code of docs/mqtt.md's section on the client, run; and proof that it is the same.</summary>
public sealed partial class ClientDocumentTests : IAsyncLifetime
{
    private readonly CancellationTokenSource limit = new(Patience.Long);
    private readonly List<string> stored = [];
    private MqttBroker server = null!;

    public async ValueTask InitializeAsync() => server = await TestBroker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        limit.Dispose();
    }

    [Fact]
    public async Task Publish_subscribe_and_ask()
    {
        var broker = $"mqtt://127.0.0.1:{server.EndPoint.Port}";
        await using var responder = await MqttConnection.ConnectAsync(broker);
        using var served = new CancellationTokenSource();
        var serving = AnswerAsync(responder, served.Token);

        await using var mqtt = await MqttConnection.ConnectAsync(broker); // "mqtt://127.0.0.1"

        await mqtt.PublishAsync("shelf/1/light", "on", retain: true);

        await foreach (var message in mqtt.SubscribeAsync("shelf/+/light"))
        {
            Console.WriteLine($"{message.Topic} {message.Text}");
            break;
        }

        await responder.Client.SubscribeAsync([new MqttSubscription("unused")], limit.Token);

        var patience = TimeSpan.FromSeconds(5);
        var answer = await mqtt.RequestAsync("shelf/1/command/light", "off", patience);

        await foreach (var step in mqtt.RequestManyAsync(new("shelf/1/command/wash", default), patience))
        {
            Console.WriteLine(step.Text);
            if (step.Text == "done")
            {
                break;
            }
        }

        Assert.Equal("done", answer.Text);
        await served.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    [Fact]
    public async Task Pull_and_acknowledge()
    {
        var (host, port, seed) = ("127.0.0.1", server.EndPoint.Port, 1UL);
        using var enough = new CancellationTokenSource();
        var stop = enough.Token;

        var options = new MqttClientOptions(host, port, "stock-keeper")
        {
            SessionExpiry = TimeSpan.FromHours(1),
            Subscriptions = [new("shelf/+/stock", MqttQos.ExactlyOnce)],
            ReceiveMaximum = 10,
        };
        await using var client = new MqttClient(options, TimeProvider.System, new SeededRandom(seed));

        await foreach (var change in client.ConnectionChangesAsync(limit.Token))
        {
            if (change.Connected)
            {
                break;
            }
        }

        await client.PublishAsync(new MqttMessage("shelf/1/stock", "7"u8.ToArray()), limit.Token);

        await foreach (var delivery in client.DeliveriesAsync(stop))
        {
            await StoreAsync(delivery.Message);
            delivery.Acknowledge();
            break;
        }

        Assert.Equal(["7"], stored);
    }

    [Fact]
    public void The_document_shows_what_runs_here()
    {
        var here = Lines(File.ReadAllText(SourceTree.PathOf("tests/Holdfast.Mqtt.Tests/Docs/ClientDocumentTests.cs")));
        var text = File.ReadAllText(SourceTree.PathOf("docs/mqtt.md"));
        var section = text[text.IndexOf("## The client library", StringComparison.Ordinal)..];
        var next = section.IndexOf("\n## ", StringComparison.Ordinal);
        var blocks = Blocks().Matches(next < 0 ? section : section[..next]);
        Assert.Equal(3, blocks.Count);
        foreach (var block in blocks.Select(match => match.Groups[1].Value))
        {
            var from = 0;
            foreach (var line in Lines(block))
            {
                var at = Array.IndexOf(here, line, from);
                Assert.True(at >= 0, $"docs/mqtt.md shows \"{line}\", which no test runs in this order");
                from = at + 1;
            }
        }
    }

    private Task StoreAsync(MqttMessage message)
    {
        stored.Add(message.Text);
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(MqttConnection responder, CancellationToken end)
    {
        await foreach (var asked in responder.SubscribeAsync("shelf/1/command/+", cancellationToken: end))
        {
            var answer = new MqttMessage(asked.ResponseTopic!, "done"u8.ToArray())
            {
                CorrelationData = asked.CorrelationData,
            };
            await responder.PublishAsync(answer, end);
        }
    }

    /// <summary>Without comments and empty lines.</summary>
    private static string[] Lines(string text) =>
        [.. text.Split('\n').Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0)];

    [GeneratedRegex("^```csharp\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(" // .*$")]
    private static partial Regex Comment();
}
