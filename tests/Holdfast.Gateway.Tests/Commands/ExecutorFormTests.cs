using Holdfast.Gateway.Commands;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>
/// An executor in the form of Azure's iot-operations-sdks, for whoever says <c>__protVer</c>: the behaviours that its public cases for a command
/// executor ask for, as far as they are seen on the wire.
/// </summary>
public sealed class ExecutorFormTests
{
    private static readonly byte[] Guid = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    private readonly ManualTimeProvider clock = new();
    private readonly FakeRack rack = new() { Always = new GatewayReply(200, "done", "on", "n1 is on") };
    private readonly FakeClient client = new();
    private readonly CommandDispatcher dispatcher;

    public ExecutorFormTests()
    {
        var gates = new Gates(rack, clock: clock);
        dispatcher = new CommandDispatcher(new RackId("r1"), gates.Gate, gates.Journal, client, clock.GetUtcNow, clock);
        client.Connect();
    }

    [Fact]
    public async Task A_request_is_answered()
    {
        var answer = await AskAsync(Request());

        Assert.Equal(("200", "1.0"), (answer.Property("__stat"), answer.Property("__protVer")));
        Assert.Equal(Guid, answer.CorrelationData.ToArray());
        Assert.Matches(@"^\d{15}:00000:holdfast-r1$", answer.Property("__ts"));
        Assert.Equal("application/json", answer.ContentType);
    }

    [Fact]
    public async Task Without_message_expiry() =>
        Refused(await AskAsync(Request() with { Expiry = null }), "400", "Message Expiry", null);

    [Fact]
    public async Task Without_correlation_data() =>
        Refused(await AskAsync(Request() with { CorrelationData = default }), "400", "Correlation Data", null);

    [Fact]
    public async Task With_correlation_data_that_are_no_guid() =>
        Refused(
            await AskAsync(Request() with { CorrelationData = "NotGuid"u8.ToArray() }),
            "400",
            "Correlation Data",
            "4e6f7447756964"
        );

    [Fact]
    public async Task With_another_content_type() =>
        Refused(await AskAsync(Request() with { ContentType = "raw/0" }), "415", "Content Type", "raw/0");

    [Fact]
    public async Task With_a_timestamp_that_is_none() =>
        Refused(await AskAsync(Request(KeyValuePair.Create("__ts", "NotValid"))), "400", "__ts", "NotValid");

    [Fact]
    public async Task With_a_payload_that_is_none() =>
        Refused(await AskAsync(Request() with { Payload = "{"u8.ToArray() }), "400", null, null);

    [Theory]
    [InlineData("this is not a valid protocol version")]
    [InlineData("123456.0")]
    public async Task With_a_protocol_version_of_others(string version)
    {
        var answer = await AskAsync(Request() with { UserProperties = [new("__protVer", version)] });

        Assert.Equal("505", answer.Property("__stat"));
        Assert.Equal("1", answer.Property("__supProtMajVer"));
        Assert.Equal(version, answer.Property("__requestProtVer"));
        Assert.Equal("1.0", answer.Property("__protVer"));
    }

    [Fact]
    public async Task With_headers_that_nobody_knows_and_without_content_type() =>
        Assert.Equal(
            "200",
            (await AskAsync(Request(KeyValuePair.Create("__nobody", "x")) with { ContentType = null })).Property(
                "__stat"
            )
        );

    [Theory]
    [InlineData(null)]
    [InlineData("//invalid")]
    public async Task Without_a_response_topic_there_is_no_response(string? topic)
    {
        await dispatcher.TakeAsync(
            Request() with
            {
                ResponseTopic = topic,
                Payload = "{"u8.ToArray(),
            },
            TestContext.Current.CancellationToken
        );

        Assert.Equal("200", (await AskAsync(Request())).Property("__stat"));
    }

    [Fact]
    public async Task The_response_expires_with_the_request() =>
        Assert.Equal(3, (await AskAsync(Request() with { Expiry = TimeSpan.FromSeconds(3) })).Expiry?.TotalSeconds);

    [Fact]
    public async Task A_duplicate_is_answered_from_the_cache()
    {
        var first = await AskAsync(Request());
        var second = await AskAsync(Request());

        Assert.Equal(first.Text, second.Text);
        Assert.Equal(1, rack.Count);
    }

    [Fact]
    public async Task An_equivalent_request_is_carried_out()
    {
        await AskAsync(Request());
        await AskAsync(Request() with { CorrelationData = new byte[16] });

        Assert.Equal(2, rack.Count);
    }

    [Fact]
    public async Task The_same_correlation_data_of_another_client_are_another_request()
    {
        await AskAsync(Request() with { ResponseTopic = "clients/client1/response" });
        await AskAsync(Request() with { ResponseTopic = "clients/client2/response" });

        Assert.Equal(2, rack.Count);
    }

    [Fact]
    public async Task The_same_correlation_data_with_another_payload_are_a_mistake()
    {
        await AskAsync(Request());
        var answer = await AskAsync(Request() with { Payload = "{\"deadline_s\":1}"u8.ToArray() });

        Assert.Equal("409", answer.Property("__stat"));
        Assert.Equal(1, rack.Count);
    }

    private static void Refused(MqttMessage answer, string status, string? name, string? value)
    {
        Assert.Equal(status, answer.Property("__stat"));
        Assert.Equal(name, answer.Property("__propName"));
        Assert.Equal(value, answer.Property("__propVal"));
    }

    private static MqttMessage Request(params KeyValuePair<string, string>[] more) =>
        CommandFormTests.Request("on", "{}") with
        {
            ResponseTopic = "response/mock/test",
            CorrelationData = Guid,
            Expiry = TimeSpan.FromSeconds(10),
            ContentType = "application/json",
            UserProperties = [new("__protVer", "1.0"), new("__srcId", "invoker"), .. more],
        };

    private async Task<MqttMessage> AskAsync(MqttMessage request)
    {
        await dispatcher.TakeAsync(request, TestContext.Current.CancellationToken);
        return await client.NextAsync();
    }
}
