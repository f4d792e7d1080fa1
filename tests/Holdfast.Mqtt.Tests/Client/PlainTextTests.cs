using Holdfast.Mqtt.Client;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>A broker ends whoever publishes control characters, and with a session the client would do so with each new connection.</summary>
public sealed class PlainTextTests
{
    [Fact]
    public async Task What_would_end_the_connection_again_and_again_is_refused_before_it_is_sent()
    {
        await using var broker = await TestBroker.StartAsync();
        var options = TestClient.Options(broker.EndPoint.Port, "a") with { SessionExpiry = TimeSpan.FromHours(1) };
        await using var client = await TestClient.ConnectAsync(options);
        var good = new MqttMessage("t", default) { Qos = MqttQos.AtLeastOnce };
        MqttMessage[] bad =
        [
            good with
            {
                Topic = "t\u0001",
            },
            good with
            {
                ResponseTopic = "t\u009f",
            },
            good with
            {
                ContentType = "\ufffe",
            },
            good with
            {
                UserProperties = [new("a", "two\nlines")],
            },
        ];
        foreach (var message in bad)
        {
            var outcome = await client.PublishAsync(message);
            Assert.Equal(PublishResult.Refused, outcome.Result);
            Assert.Contains("control character", outcome.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(PublishResult.Delivered, (await client.PublishAsync(good)).Result);
    }
}
