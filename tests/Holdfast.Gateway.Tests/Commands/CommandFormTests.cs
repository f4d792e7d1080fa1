using System.Text;
using Holdfast.Gateway.Commands;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>Reading requests: what each verb means, and what is said to what is wrong.</summary>
public sealed class CommandFormTests
{
    private static readonly string[] Verbs = ["on", "off", "wake", "cycle", "maintain", "release"];

    public static TheoryData<string> NodeVerbs => [.. Verbs];

    [Theory]
    [MemberData(nameof(NodeVerbs))]
    public void A_verb_without_payload_waits_for_five_minutes(string verb) =>
        Assert.Equal(
            new GatewayCommand("id", "mqtt", "n1", verb, TimeSpan.FromMinutes(5), "", 100),
            Read(Request(verb))
        );

    [Theory]
    [InlineData("""{"deadline_s":2.5}""", 2.5)]
    [InlineData("{}", 300)]
    [InlineData(""" { "deadline_s" : null } """, 300)]
    [InlineData("""{"deadline_s":1e300}""", 3600)]
    [InlineData("""{"deadline_s":1e999}""", 3600)]
    public void The_deadline_is_what_was_asked_and_an_hour_at_most(string payload, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(Request("on", payload)).Deadline);

    [Fact]
    public void A_message_that_expires_earlier_has_that_deadline()
    {
        var request = Request("on", """{"deadline_s":60}""");

        Assert.Equal(20, Read(request with { Expiry = TimeSpan.FromSeconds(20) }).Deadline.TotalSeconds);
        Assert.Equal(60, Read(request with { Expiry = TimeSpan.FromSeconds(90) }).Deadline.TotalSeconds);
    }

    [Theory]
    [InlineData("""{"mode":"auto"}""", "auto", 100)]
    [InlineData("""{"mode":"full"}""", "full", 100)]
    [InlineData("""{"mode":"fixed","duty_pct":0}""", "fixed", 0)]
    [InlineData("""{"mode":"fixed","duty_pct":42.5,"deadline_s":5}""", "fixed", 42.5)]
    public void A_fan_mode(string payload, string mode, double duty)
    {
        var command = Read(Request("fan-mode", payload));

        Assert.Equal((mode, duty), (command.Mode, command.DutyPercent));
    }

    [Theory]
    [InlineData("on", "nonsense", "no JSON object")]
    [InlineData("on", "null", "no JSON object")]
    [InlineData("on", "[]", "no JSON object")]
    [InlineData("on", "5", "no JSON object")]
    [InlineData("on", """{"deadline_s":"5"}""", "no JSON object")]
    [InlineData("on", """{"deadline_s":5}{}""", "no JSON object")]
    [InlineData("on", """{"deadline_s":NaN}""", "no JSON object")]
    [InlineData("on", """{"deadlines":5}""", "no JSON object")]
    [InlineData("on", """{"DEADLINE_S":5}""", "no JSON object")]
    [InlineData("on", """{"deadline_s":0}""", "deadline_s must be more than 0")]
    [InlineData("on", """{"deadline_s":-1}""", "deadline_s must be more than 0")]
    [InlineData("on", """{"deadline_s":-1e999}""", "deadline_s must be more than 0")]
    [InlineData("on", """{"deadline_s":1e-300}""", "expired")]
    [InlineData("on", """{"mode":"full"}""", "belong to fan-mode")]
    [InlineData("on", """{"duty_pct":5}""", "belong to fan-mode")]
    [InlineData("fan-mode", "", "mode must be auto, full or fixed")]
    [InlineData("fan-mode", """{"mode":"warp"}""", "mode must be auto, full or fixed")]
    [InlineData("fan-mode", """{"mode":"2"}""", "mode must be auto, full or fixed")]
    [InlineData("fan-mode", """{"mode":"fixed"}""", "needs duty_pct")]
    [InlineData("fan-mode", """{"mode":"fixed","duty_pct":101}""", "duty_pct must be 0 to 100")]
    [InlineData("fan-mode", """{"mode":"fixed","duty_pct":-1}""", "duty_pct must be 0 to 100")]
    [InlineData("fan-mode", """{"mode":"fixed","duty_pct":1e999}""", "duty_pct must be 0 to 100")]
    [InlineData("explode", "", "there is no such command")]
    [InlineData("ON", "", "there is no such command")]
    public void What_is_wrong_is_said(string verb, string payload, string words) =>
        Assert.Contains(words, Problem(Request(verb, payload)), StringComparison.Ordinal);

    [Theory]
    [InlineData("rack/r1/n1/command")]
    [InlineData("rack/r1/n1/command/on/now")]
    [InlineData("rack/r1/n1/order/on")]
    [InlineData("rack/r1//command/on")]
    [InlineData("rack/r1/N 1/command/on")]
    [InlineData("rack/r1/$n1/command/on")]
    [InlineData("")]
    public void A_topic_of_another_form_is_no_command(string topic) =>
        Assert.Contains("no such command", Problem(new MqttMessage(topic, default)), StringComparison.Ordinal);

    [Fact]
    public void What_is_too_long_is_not_even_read()
    {
        Assert.Equal("the request is too long", Problem(Request("on", new string(' ', 16 * 1024 + 1))));
        Assert.Equal("the request is too long", Problem(Request("on") with { CorrelationData = new byte[65] }));
    }

    [Fact]
    public void An_expired_request_is_refused() =>
        Assert.Equal("the request has expired", Problem(Request("on") with { Expiry = TimeSpan.Zero }));

    [Fact]
    public void A_retained_command_is_refused() =>
        Assert.Contains("retained", Problem(Request("on") with { Retain = true }), StringComparison.Ordinal);

    [Theory]
    [InlineData("ana", "mqtt:ana")]
    [InlineData("a\r\nb\u0007", "mqtt:ab")]
    [InlineData("", "mqtt")]
    public void Who_asks_is_taken_from_the_request_without_tricks(string source, string who) =>
        Assert.Equal(who, Read(Request("on") with { UserProperties = [new("__srcId", source)] }).Who);

    [Fact]
    public void A_long_name_is_cut() =>
        Assert.Equal(
            5 + 64,
            Read(Request("on") with { UserProperties = [new("__srcId", new string('x', 9999))] }).Who.Length
        );

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("answers/7", true)]
    [InlineData("$SYS/broker", false)]
    [InlineData("answers/#", false)]
    [InlineData("answers/+", false)]
    [InlineData("a\0b", false)]
    [InlineData("//invalid", false)]
    [InlineData("rack/r1/n2/command/off", false)]
    public void An_answer_goes_only_where_it_does_no_harm(string? topic, bool may) =>
        Assert.Equal(may, CommandRequest.MayAnswer(topic));

    [Fact]
    public void The_response()
    {
        var message = Request("on") with { ResponseTopic = "answers/7", CorrelationData = new byte[] { 1, 2 } };
        var reply = new GatewayReply(200, "done", "on", "n1 is on");
        var response = ResponseForm.Of(RequestReader.Read(message).Request!, "id", reply, Events.Time);

        Assert.Equal(("answers/7", MqttQos.AtLeastOnce, false), (response.Topic, response.Qos, response.Retain));
        Assert.Equal("""{"id":"id","stage":"done","observed":"on","text":"n1 is on"}""", response.Text);
        Assert.Equal([1, 2], response.CorrelationData.ToArray());
        Assert.Equal("200", response.Property("__stat"));
        Assert.Equal("n1 is on", response.Property("__stMsg"));
        Assert.Equal("2031-05-06T07:08:09.1200000+00:00", response.Property("__ts"));
        Assert.Null(response.Property("hf-final"));
    }

    internal static MqttMessage Request(string verb, string payload = "") =>
        new($"rack/r1/n1/command/{verb}", Encoding.UTF8.GetBytes(payload));

    private static GatewayCommand Read(MqttMessage request)
    {
        var (command, problem) = CommandForm.Read(RequestReader.Read(request).Request!, "id");
        Assert.Empty(problem);
        return command!;
    }

    private static string Problem(MqttMessage request)
    {
        var (read, wrong) = RequestReader.Read(request);
        if (read is null)
        {
            return wrong!.Text;
        }

        var (command, problem) = CommandForm.Read(read, "id");
        Assert.Null(command);
        return problem;
    }
}
