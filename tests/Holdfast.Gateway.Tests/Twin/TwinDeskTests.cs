using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Topics;
using Holdfast.Gateway.Twin;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Twin;

/// <summary>What is desired is written down, becomes commands, and what is observed becomes the report.</summary>
public sealed class TwinDeskTests
{
    private static readonly RackTopics Topics = new(new RackId("r1"));
    private static readonly GatewayReply On = new(200, "done", "on", "n1 is on");

    private readonly FakeRack rack = new();
    private readonly MemoryFolder disk = new();
    private readonly List<GatewayReply> progress = [];
    private int commands;
    private Gates gates;

    public TwinDeskTests() => gates = new Gates(rack, disk);

    [Fact]
    public async Task A_desired_state_becomes_a_command_and_its_observation_the_report()
    {
        gates.Twins.Publications(Topics, all: true);
        var setting = SetAsync("n1", """{"power":"on"}""");
        var command = await rack.NextAsync();
        Assert.Equal(("n1", "on", "mqtt:ana"), (command.Target, command.Verb, command.Who));

        var desired = Published("rack/r1/n1/twin/desired");
        Assert.Equal("""{"power":"on"}""", desired.GetProperty("desired").GetRawText());
        Assert.Equal(
            ("mqtt:ana", 1),
            (desired.GetProperty("by").GetString(), desired.GetProperty("version").GetInt64())
        );

        rack.Answer(command, On);
        Assert.Equal("on", (await setting).Observed);
        gates.Reports[1] = new TwinReport("n1", new JsonObject { ["power"] = "on" });
        var reported = Published("rack/r1/n1/twin/reported");
        Assert.Equal("""{"power":"on"}""", reported.GetProperty("reported").GetRawText());
        Assert.Equal("[]", reported.GetProperty("pending").GetRawText());
        Assert.Equal(1, reported.GetProperty("desired_version").GetInt64());
    }

    [Fact]
    public async Task Until_then_it_is_pending()
    {
        var setting = SetAsync("n1", """{"power":"on","labels":{"owner":"ana"}}""");
        var command = await rack.NextAsync();

        Assert.Equal("""["/power"]""", Published("rack/r1/n1/twin/reported").GetProperty("pending").GetRawText());
        Assert.Equal("accepted", Assert.Single(progress).Stage);
        rack.Answer(command, On);
        await setting;
    }

    [Fact]
    public async Task What_the_rack_refuses_stays_desired_and_the_report_says_why()
    {
        var setting = SetAsync("n1", """{"power":"on"}""");
        rack.Answer(await rack.NextAsync(), GatewayReply.Refused(409, "there is smoke in zone-a"));
        var reply = await setting;

        Assert.Equal(409, reply.Status);
        Assert.Equal("version 1 is desired, but there is smoke in zone-a", reply.Text);
        var reported = Published("rack/r1/n1/twin/reported");
        Assert.Equal("there is smoke in zone-a", reported.GetProperty("problem").GetString());
    }

    [Fact]
    public async Task Who_expects_another_version_changes_nothing()
    {
        await SetAsync("n1", """{"labels":{"a":1}}""", expected: 0);
        var reply = await SetAsync("n1", """{"power":"off"}""", expected: 0);

        Assert.Equal((412, true), (reply.Status, reply.IsRefusal));
        Assert.Contains("version 1, not 0", reply.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await SetAsync("n1", """{"labels":{"a":2}}""", expected: 1)).Status);
        Assert.Equal(0, rack.Count);
    }

    [Fact]
    public async Task Versions_and_documents_survive_a_restart()
    {
        await SetAsync("n1", """{"labels":{"a":1}}""");
        await SetAsync("n1", """{"labels":{"b":2}}""");
        var reported = Published("rack/r1/n1/twin/reported").GetProperty("version").GetInt64();
        disk.LosePower(new SeededRandom(1));
        gates = new Gates(rack, disk);

        var desired = Published("rack/r1/n1/twin/desired", all: true);
        Assert.Equal("""{"labels":{"a":1,"b":2}}""", desired.GetProperty("desired").GetRawText());
        Assert.Equal(2, desired.GetProperty("version").GetInt64());
        Assert.True(Published("rack/r1/n1/twin/reported", all: true).GetProperty("version").GetInt64() >= reported);
    }

    [Fact]
    public async Task A_full_disk_refuses_the_change_and_forgets_it()
    {
        disk.ReadOnly = true;
        Assert.Equal(503, (await SetAsync("n1", """{"power":"off"}""")).Status);
        disk.ReadOnly = false;

        Assert.Equal(200, (await SetAsync("n1", """{"labels":{"a":1}}""", expected: 0)).Status);
        Assert.Equal(0, rack.Count);
    }

    [Fact]
    public async Task A_side_that_was_cut_off_merges_what_it_changed()
    {
        await SetAsync("n1", """{"labels":{"a":1}}""");
        var mine = JsonDocument.Parse((await AskAsync("n1", "twin-get", "")).Result).RootElement;
        var newest = mine.GetProperty("properties").EnumerateArray().Max(p => p.GetProperty("time").GetInt64());
        var theirs =
            $$"""[{"path":"/power","value":"on","time":{{newest + 1}},"by":"hub"},{"path":"/labels/a","value":9,"time":1,"by":"hub"}]""";

        var merging = AskAsync("n1", "twin-merge", theirs);
        rack.Answer(await rack.NextAsync(), On);
        Assert.Equal(200, (await merging).Status);
        var again = await AskAsync("n1", "twin-merge", theirs);

        Assert.Equal("""{"version":2}""", Desired(again));
        Assert.Equal(1, rack.Count);
        var desired = Published("rack/r1/n1/twin/desired").GetProperty("desired");
        Assert.Equal("""{"labels":{"a":1},"power":"on"}""", desired.GetRawText());
    }

    [Fact]
    public async Task A_side_whose_clock_is_ahead_merges_nothing()
    {
        var reply = await AskAsync(
            "n1",
            "twin-merge",
            """[{"path":"/power","value":"on","time":99999999999999,"by":"hub"}]"""
        );

        Assert.Equal(400, reply.Status);
        Assert.Contains("in the future", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n1", """{"powr":"on"}""", "no \"powr\"")]
    [InlineData("n1", """{"power":true}""", "\"on\" or \"off\"")]
    [InlineData("n1", """{"zones":{}}""", "no \"zones\"")]
    [InlineData("rack", """{"power":"on"}""", "no \"power\"")]
    [InlineData("rack", """{"zones":{"zone-a":{"fans":101}}}""", "0 to 100")]
    [InlineData("rack", """{"zones":{"zone-a":{"duty":1}}}""", "\"fans\" only")]
    [InlineData("n1", """{"power":"on","power":"off"}""", "twice")]
    [InlineData("n1", """{"labels":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":1}}}}}}}}}""", "deep")]
    public async Task What_makes_no_sense_is_refused_before_anything_is_done(string target, string patch, string words)
    {
        var command = Command(target, "twin-set", patch, null);
        var (derived, problem) = TwinCommands.Of(command);
        var reply = problem.Length > 0 ? null : await RunAsync(command);
        var text = reply?.Text ?? problem;

        Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.Empty(derived);
        Assert.Equal(0, rack.Count);
    }

    [Fact]
    public async Task A_twin_is_not_without_bounds()
    {
        var huge = new string('x', TwinCoreLimit);
        Assert.Equal(400, (await SetAsync("n1", $$$"""{"labels":{"a":"{{{huge}}}"}}""")).Status);
        var many = string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"l{i}\":1"));
        Assert.Equal(400, (await SetAsync("n1", $$$"""{"labels":{{{{many}}}}}""")).Status);
    }

    [Fact]
    public void Release_comes_first_and_maintenance_last()
    {
        var released = TwinCommands
            .Of(Command("n1", "twin-set", """{"power":"on","maintenance":false}""", null))
            .Commands;
        var taken = TwinCommands.Of(Command("n1", "twin-set", """{"maintenance":true,"power":"off"}""", null)).Commands;
        var fans = TwinCommands.Of(Command("rack", "twin-set", """{"zones":{"zone-a":{"fans":40}}}""", null)).Commands;

        Assert.Equal(["release", "on"], released.Select(c => c.Verb));
        Assert.Equal(["off", "maintain"], taken.Select(c => c.Verb));
        Assert.Equal(
            ("zone-a", "fan-mode", "fixed", 40),
            (fans[0].Target, fans[0].Verb, fans[0].Mode, fans[0].DutyPercent)
        );
        Assert.Equal(2, taken.Select(c => c.Id).Distinct().Count());
    }

    private const int TwinCoreLimit = 8 * 1024;

    private static string Desired(GatewayReply reply) =>
        reply.Result.Replace("desired_version", "version", StringComparison.Ordinal);

    private Task<GatewayReply> SetAsync(string target, string patch, long? expected = null) =>
        RunAsync(Command(target, "twin-set", patch, expected));

    private Task<GatewayReply> AskAsync(string target, string verb, string document) =>
        RunAsync(Command(target, verb, document, null));

    private Task<GatewayReply> RunAsync(GatewayCommand command) =>
        gates.Gate.ExecuteAsync(command, new("mqtt:ana"), progress.Add, TestContext.Current.CancellationToken);

    private GatewayCommand Command(string target, string verb, string document, long? expected) =>
        new($"id{++commands}", "mqtt:ana", target, verb, TimeSpan.FromMinutes(1))
        {
            Document = document,
            ExpectedVersion = expected,
        };

    private JsonElement Published(string topic, bool all = false)
    {
        var message = gates.Twins.Publications(Topics, all).Single(message => message.Topic == topic);
        Assert.True(message.Retain);
        return JsonDocument.Parse(message.Payload).RootElement;
    }
}
