using Holdfast.Gateway.Commands;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>Requests are carried out once and answered with what was observed.</summary>
public sealed class CommandDispatcherTests
{
    private static readonly GatewayReply On = new(200, "done", "on", "n1 is on");

    private readonly FakeRack rack = new();
    private readonly FakeClient client = new();
    private readonly CommandDispatcher dispatcher;

    public CommandDispatcherTests()
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

    [Fact]
    public async Task The_answer_comes_when_the_rack_has_observed_it()
    {
        await TakeAsync(Request(1));
        var command = await rack.NextAsync();
        rack.Answer(command, On);
        var answer = await client.NextAsync();

        Assert.Equal(("answers", "200"), (answer.Topic, answer.Property("__stat")));
        Assert.Equal($$"""{"id":"{{command.Id}}","stage":"done","observed":"on","text":"n1 is on"}""", answer.Text);
        Assert.Equal([1], answer.CorrelationData.ToArray());
    }

    [Fact]
    public async Task A_repeated_request_is_carried_out_once_and_answered_again()
    {
        await TakeAsync(Request(1));
        await TakeAsync(Request(1));
        rack.Answer(await rack.NextAsync(), On);
        var answers = new[] { await client.NextAsync(), await client.NextAsync() };
        await TakeAsync(Request(1));

        Assert.Equal(answers[0].Text, answers[1].Text);
        Assert.Equal(answers[0].Text, (await client.NextAsync()).Text);
        Assert.Equal(1, rack.Count);
    }

    [Fact]
    public async Task The_same_correlation_data_of_another_asker_is_another_request()
    {
        await TakeAsync(Request(1));
        await TakeAsync(Request(1) with { ResponseTopic = "others" });

        Assert.Equal(2, rack.Count);
    }

    [Fact]
    public async Task Requests_without_correlation_data_are_each_their_own()
    {
        await TakeAsync(Request(1) with { CorrelationData = default });
        await TakeAsync(Request(1) with { CorrelationData = default });

        Assert.Equal(2, rack.Count);
    }

    [Fact]
    public async Task A_malformed_request_is_answered_with_what_is_wrong()
    {
        await TakeAsync(Request(1) with { Payload = "{"u8.ToArray() });
        var answer = await client.NextAsync();

        Assert.Equal("400", answer.Property("__stat"));
        Assert.Contains("no JSON object", answer.Property("__stMsg"), StringComparison.Ordinal);
        Assert.Equal(0, rack.Count);
    }

    [Fact]
    public async Task A_request_without_response_topic_is_carried_out_and_not_answered()
    {
        await TakeAsync(Request(1) with { ResponseTopic = null });
        rack.Answer(await rack.NextAsync(), On);
        await TakeAsync(Request(2));
        rack.Answer(await rack.NextAsync(), On);

        Assert.Equal([2], (await client.NextAsync()).CorrelationData.ToArray());
    }

    [Fact]
    public async Task Too_many_at_a_time_are_refused_but_not_a_repetition()
    {
        for (byte i = 0; i < CommandDispatcher.OpenMax; i++)
        {
            await TakeAsync(Request(i));
        }

        await TakeAsync(Request(200));
        Assert.Equal("503", (await client.NextAsync()).Property("__stat"));

        await TakeAsync(Request(0));
        rack.Answer(await rack.NextAsync(), On);
        Assert.Equal("200", (await client.NextAsync()).Property("__stat"));
        Assert.Equal("200", (await client.NextAsync()).Property("__stat"));
    }

    [Fact]
    public async Task A_command_that_still_runs_is_not_forgotten_by_what_comes_after_it()
    {
        await TakeAsync(Request(1));
        var slow = await rack.NextAsync();
        for (var i = 0; i < 600; i++)
        {
            await TakeAsync(Request(2) with { CorrelationData = BitConverter.GetBytes(i) });
            rack.Answer(await rack.NextAsync(), On);
            await client.NextAsync();
        }

        await TakeAsync(Request(1));
        rack.Answer(slow, On);
        await client.NextAsync();
        await client.NextAsync();
        Assert.Equal(601, rack.Count);
    }

    private static MqttMessage Request(byte correlation) =>
        CommandFormTests.Request("on") with
        {
            ResponseTopic = "answers",
            CorrelationData = new[] { correlation },
        };

    private Task TakeAsync(MqttMessage request) => dispatcher.TakeAsync(request, TestContext.Current.CancellationToken);
}
