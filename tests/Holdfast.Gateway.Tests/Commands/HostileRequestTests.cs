using Holdfast.Gateway.Commands;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>What anybody whom the broker lets publish a command can send: it is refused, and the gateway goes on.</summary>
public sealed class HostileRequestTests
{
    private readonly FakeRack rack = new();
    private readonly FakeClient client = new();
    private readonly CommandDispatcher dispatcher;

    public HostileRequestTests()
    {
        var gates = new Gates(rack);
        dispatcher = new CommandDispatcher(
            new RackId("r1"),
            gates.Gate,
            gates.Journal,
            client,
            TimeProvider.System.GetUtcNow,
            TimeProvider.System
        );
        client.Connect();
    }

    /// <summary>Half a surrogate pair is JSON by its grammar, but no text.</summary>
    [Theory]
    [InlineData("on", """{"\ud800":1}""")]
    [InlineData("on", """{"mode":"\ud800"}""")]
    [InlineData("on", """{"body":{"\udc00":1}}""")]
    [InlineData("on", """{"body":{},"response_topic":"\ud800"}""")]
    [InlineData("on", """{"body":{},"auth":{"\ud800":"x"}}""")]
    [InlineData(
        "on",
        """{"body":{},"auth":{"hf-key":null,"hf-signed":null,"hf-until":null,"hf-nonce":null,"hf-sig":null}}"""
    )]
    [InlineData("twin-set", """{"patch":{"\ud800":1}}""")]
    [InlineData("twin-set", """{"patch":{"power":"\ud800"}}""")]
    [InlineData("twin-set", """{"patch":{"labels":{"\ud800":1}}}""")]
    [InlineData("twin-set", """{"patch":{"labels":{"a":"\ud800"}}}""")]
    [InlineData("twin-set", """{"patch":{"labels":{"a":["\ud800"]}}}""")]
    [InlineData("twin-set", """{"patch":{"labels":{"a":[{"b":1,"b":2}]}}}""")]
    [InlineData("twin-set", """{"patch":{"labels":{"a":1e999}}}""")]
    [InlineData("twin-merge", """{"properties":[{"path":"/labels/a","value":"\ud800","time":1,"by":"x"}]}""")]
    [InlineData("twin-merge", """{"properties":[{"path":"/\ud800","value":1,"time":1,"by":"x"}]}""")]
    [InlineData("twin-merge", """{"properties":[{"path":"/labels/a","value":["\ud800"],"time":1,"by":"x"}]}""")]
    [InlineData("twin-merge", """{"properties":[null]}""")]
    [InlineData("twin-merge", """{"properties":[{"path":null,"value":1,"time":1,"by":null}]}""")]
    [InlineData("twin-merge", """{"properties":[{"path":"/","value":1,"time":1,"by":"x"}]}""")]
    [InlineData("twin-merge", """{"properties":[{"path":"/zones/a/fans","value":null,"time":1,"by":"x"}]}""")]
    public async Task Strange_json_is_answered_and_ends_nothing(string verb, string payload)
    {
        await TakeAsync(Request(verb, payload));
        await TakeAsync(Request("on", "[]") with { CorrelationData = new byte[] { 2 } });
        await dispatcher.DrainAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    /// <summary>The broker ends whoever publishes there, and a client sends it again when it is back: the link would never stand again.</summary>
    [Theory]
    [InlineData("answers\u0001")]
    [InlineData("answers\u009f")]
    [InlineData("answers\ufffe")]
    public async Task No_answer_goes_where_a_broker_takes_none(string topic)
    {
        await TakeAsync(Request("on", "[]") with { ResponseTopic = topic });
        await TakeAsync(Request("on", "[]"));
        Assert.Equal("answers", (await client.NextAsync()).Topic);
    }

    /// <summary>A broker may end whoever says such a thing in a property, and the client would say it again.</summary>
    [Theory]
    [InlineData("""{"patch":{"zones":{"a\u0001\uffff":{}}}}""")]
    [InlineData("""{"patch":{"a\u0000":{}}}""")]
    public async Task What_is_wrong_is_told_in_characters_that_every_broker_takes(string payload)
    {
        await TakeAsync(Request("twin-set", payload) with { Topic = "rack/r1/rack/command/twin-set" });
        var answer = await client.NextAsync();
        Assert.Equal("400", answer.Property("__stat"));
        Assert.DoesNotContain(answer.Property("__stMsg")!, c => char.IsControl(c) || c == '\uffff');
    }

    private static MqttMessage Request(string verb, string payload) =>
        new($"rack/r1/n1/command/{verb}", System.Text.Encoding.UTF8.GetBytes(payload))
        {
            ResponseTopic = "answers",
            CorrelationData = new byte[] { 1 },
        };

    private Task TakeAsync(MqttMessage message) => dispatcher.TakeAsync(message, TestContext.Current.CancellationToken);
}
