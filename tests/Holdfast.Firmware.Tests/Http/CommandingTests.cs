using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>Commands over HTTP: what is taken, what is refused, and how the result is waited for.</summary>
public sealed class CommandingTests
{
    [Theory]
    [InlineData("on", NodeVerb.On)]
    [InlineData("off", NodeVerb.Off)]
    [InlineData("wake", NodeVerb.Wake)]
    [InlineData("cycle", NodeVerb.Cycle)]
    [InlineData("maintain", NodeVerb.Maintain)]
    [InlineData("release", NodeVerb.Release)]
    public async Task An_accepted_command_is_202_with_the_place_of_its_result(string word, NodeVerb verb)
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.PostAsync($"/api/v1/nodes/node-13/{word}", """{"deadline_s":120,"id":"mine"}""");
        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
        Assert.Equal("/api/v1/commands/mine", $"{reply.Headers.Location}");
        var document = await reply.Content.ReadFromJsonAsync<JsonElement>();
        ReadingTests.Names(document, "id stage observed text");
        Assert.Equal("accepted", document.GetProperty("stage").GetString());
        var command = Assert.IsType<NodeCommand>(Assert.Single(face.Rack.Commands));
        Assert.Equal(("mine", "node-13", verb), (command.Id, command.Node.Text, command.Verb));
        Assert.Equal(TimeSpan.FromSeconds(120), command.Deadline);
        Assert.Equal("http:127.0.0.1", command.Who);
    }

    [Fact]
    public async Task What_is_so_already_is_200()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.Stage = CommandStage.Done;
        using var reply = await face.PostAsync("/api/v1/nodes/node-13/on", "{}");
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Fact]
    public async Task A_refusal_is_409_with_the_reason()
    {
        await using var face = await RunningFace.StartAsync();
        (face.Rack.Stage, face.Rack.Text) = (CommandStage.Refused, "3400 W are more than the 3200 W of the inverter.");
        using var reply = await face.PostAsync("/api/v1/nodes/node-13/on", "{}");
        Assert.Equal(
            "3400 W are more than the 3200 W of the inverter.",
            await RunningFace.ProblemAsync(HttpStatusCode.Conflict, reply)
        );
    }

    [Fact]
    public async Task A_caller_who_names_nothing_gets_an_id_and_five_minutes()
    {
        await using var face = await RunningFace.StartAsync();
        using var one = await face.PostAsync("/api/v1/nodes/node-13/on", "{}");
        using var two = await face.PostAsync("/api/v1/nodes/node-13/on", "{}");
        Assert.NotEqual(face.Rack.Commands[0].Id, face.Rack.Commands[1].Id);
        Assert.Equal(TimeSpan.FromMinutes(5), face.Rack.Commands[0].Deadline);
    }

    [Theory]
    [InlineData("""{"mode":"auto"}""", FanMode.Auto, 100, 10)]
    [InlineData("""{"mode":"full","deadline_s":5}""", FanMode.Full, 100, 5)]
    [InlineData("""{"mode":"fixed","duty_pct":60}""", FanMode.Fixed, 60, 10)]
    [InlineData("""{"mode":"fixed","duty_pct":0}""", FanMode.Fixed, 0, 10)]
    public async Task Fans_are_set_by_zone(string body, FanMode mode, double duty, double seconds)
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.PostAsync("/api/v1/zones/zone-a/fan-mode", body);
        var command = Assert.IsType<FanModeCommand>(Assert.Single(face.Rack.Commands));
        Assert.Equal(("zone-a", mode, duty), (command.Zone.Text, command.Mode, command.Duty.Value));
        Assert.Equal(seconds, command.Deadline.TotalSeconds);
    }

    [Theory]
    [InlineData("nodes/node-99/on", "{}", HttpStatusCode.NotFound, "There is no node \"node-99\"")]
    [InlineData("nodes/node-13/explode", "{}", HttpStatusCode.NotFound, "\"explode\" is nothing to do")]
    [InlineData("nodes/node-13/1", "{}", HttpStatusCode.NotFound, "\"1\" is nothing to do")]
    [InlineData("nodes/node-13/+1", "{}", HttpStatusCode.NotFound, "\"+1\" is nothing to do")]
    [InlineData("nodes/node-13/on,off", "{}", HttpStatusCode.NotFound, "\"on,off\" is nothing to do")]
    [InlineData("zones/cellar/fan-mode", """{"mode":"full"}""", HttpStatusCode.NotFound, "There is no zone")]
    [InlineData("zones/zone-a/fan-mode", "{}", HttpStatusCode.BadRequest, "\"mode\" must be")]
    [InlineData("zones/zone-a/fan-mode", """{"mode":"2"}""", HttpStatusCode.BadRequest, "\"mode\" must be")]
    [InlineData("zones/zone-a/fan-mode", """{"mode":" -1"}""", HttpStatusCode.BadRequest, "\"mode\" must be")]
    [InlineData("zones/zone-a/fan-mode", """{"mode":"fixed"}""", HttpStatusCode.BadRequest, "\"duty_pct\" must be")]
    [InlineData(
        "zones/zone-a/fan-mode",
        """{"mode":"fixed","duty_pct":101}""",
        HttpStatusCode.BadRequest,
        "\"duty_pct\""
    )]
    [InlineData("nodes/node-13/on", """{"deadline_s":0}""", HttpStatusCode.BadRequest, "\"deadline_s\" must be")]
    [InlineData("nodes/node-13/on", """{"deadline_s":1e308}""", HttpStatusCode.BadRequest, "\"deadline_s\" must be")]
    [InlineData("nodes/node-13/on", """{"id":""}""", HttpStatusCode.BadRequest, "\"id\" must have")]
    [InlineData("nodes/node-13/on", """{"id":"a\nb"}""", HttpStatusCode.BadRequest, "\"id\" must have")]
    [InlineData("nodes/node-13/on", """{"id":"a/b"}""", HttpStatusCode.BadRequest, "\"id\" must have")]
    [InlineData("nodes/node-13/on", """{"id":".."}""", HttpStatusCode.BadRequest, "\"id\" must have")]
    [InlineData("nodes/node-13/on", "", HttpStatusCode.BadRequest, "")]
    [InlineData("nodes/node-13/on", "{", HttpStatusCode.BadRequest, "")]
    [InlineData("nodes/node-13/on", "null", HttpStatusCode.BadRequest, "")]
    [InlineData("nodes/node-13/on", """{"deadline_s":"soon"}""", HttpStatusCode.BadRequest, "")]
    [InlineData("nodes/node-13/on", """{"dead_line_s":5}""", HttpStatusCode.BadRequest, "")]
    [InlineData("nodes/node-13/on", """{"deadline_s":5,"deadline_s":6}""", HttpStatusCode.BadRequest, "")]
    public async Task What_makes_no_sense_is_told_and_not_carried_out(
        string path,
        string body,
        HttpStatusCode status,
        string detail
    )
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.PostAsync($"/api/v1/{path}", body);
        Assert.StartsWith(detail, await RunningFace.ProblemAsync(status, reply), StringComparison.Ordinal);
        Assert.Empty(face.Rack.Commands);
    }

    [Fact]
    public async Task A_body_beyond_16_kib_is_413()
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.PostAsync("/api/v1/nodes/node-13/on", $"{{\"id\":\"{new string('x', 17000)}\"}}");
        await RunningFace.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, reply);
        Assert.Empty(face.Rack.Commands);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    public async Task A_form_is_415(string type)
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.PostAsync("/api/v1/nodes/node-13/on", "{}", type);
        await RunningFace.ProblemAsync(HttpStatusCode.UnsupportedMediaType, reply);
        Assert.Empty(face.Rack.Commands);
    }

    [Fact]
    public async Task Wait_s_holds_the_answer_until_the_result_is_observed()
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.PostAsync("/api/v1/nodes/node-13/on", """{"id":"mine"}""");
        var waiting = face.JsonAsync("/api/v1/commands/mine?wait_s=60");
        Assert.Equal("accepted", (await face.JsonAsync("/api/v1/commands/mine")).GetProperty("stage").GetString());
        Assert.False(waiting.IsCompleted);

        face.Rack.Finish(CommandStage.Done, "on", "node-13 is on");

        var result = await waiting;
        Assert.Equal(
            ("done", "on"),
            (result.GetProperty("stage").GetString(), result.GetProperty("observed").GetString())
        );
    }

    [Fact]
    public async Task Wait_s_ends_with_what_is_known_then()
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.PostAsync("/api/v1/nodes/node-13/on", """{"id":"mine"}""");
        var waiting = face.JsonAsync("/api/v1/commands/mine?wait_s=60");
        while (!waiting.IsCompleted)
        {
            face.Clock.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        Assert.Equal("accepted", (await waiting).GetProperty("stage").GetString());
    }

    [Theory]
    [InlineData("mine?wait_s=61", HttpStatusCode.BadRequest)]
    [InlineData("mine?wait_s=-1", HttpStatusCode.BadRequest)]
    [InlineData("mine?wait_s=NaN", HttpStatusCode.BadRequest)]
    [InlineData("mine?wait_s=soon", HttpStatusCode.BadRequest)]
    [InlineData("other", HttpStatusCode.NotFound)]
    public async Task A_question_that_makes_no_sense_is_told(string query, HttpStatusCode status)
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.PostAsync("/api/v1/nodes/node-13/on", """{"id":"mine"}""");
        await RunningFace.ProblemAsync(status, await face.GetAsync($"/api/v1/commands/{query}"));
    }
}
