using System.Text.Json;
using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.Tests.Http;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary><c>holdfast node on</c> and its like: they end with what was observed.</summary>
public sealed class FollowingTests
{
    [Theory]
    [InlineData(CommandStage.Done, "on", "node-13 is on", ExitCode.Ok)]
    [InlineData(CommandStage.Failed, "off", "node-13 was not seen within 300 s", ExitCode.NotDone)]
    public async Task The_observed_result_is_shown_and_decides_the_exit_code(
        CommandStage stage,
        string observed,
        string text,
        int exitCode
    )
    {
        await using var face = await RunningFace.StartAsync();
        var run = await FollowAsync(face, false, stage, observed, text, "node", "on", "node-13");
        Assert.Equal((exitCode, $"{text}.\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task A_person_sees_that_it_goes_on()
    {
        await using var face = await RunningFace.StartAsync();
        var run = await FollowAsync(face, true, CommandStage.Done, "on", "node-13 is on", "node", "on", "node-13");
        Assert.Contains("node-13 is being switched on …", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("node-13 is on.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_the_outcome()
    {
        await using var face = await RunningFace.StartAsync();
        var run = await FollowAsync(face, true, CommandStage.Done, "on", "is on", "node", "on", "node-13", "--json");
        var outcome = JsonDocument.Parse(Assert.Single(run.Lines())).RootElement;
        ReadingTests.Names(outcome, "id stage observed text");
        Assert.Equal(
            ("done", "on"),
            (outcome.GetProperty("stage").GetString(), outcome.GetProperty("observed").GetString())
        );
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_reason()
    {
        await using var face = await RunningFace.StartAsync();
        (face.Rack.Stage, face.Rack.Text) = (CommandStage.Refused, "3400 W are more than the 3200 W of the inverter");
        var run = await CommandRun.OnAsync(face, "node", "on", "node-13");
        Assert.Equal("3400 W are more than the 3200 W of the inverter.", run.Failed(ExitCode.NotDone));
    }

    [Fact]
    public async Task Who_does_not_wait_is_told_that_it_was_accepted()
    {
        await using var face = await RunningFace.StartAsync();
        var run = await CommandRun.OnAsync(face, "node", "on", "node-13", "--no-wait", "--deadline", "60");
        Assert.Equal((ExitCode.Ok, "node-13 is being switched on.\n"), (run.ExitCode, run.Output));
        Assert.Equal(TimeSpan.FromSeconds(60), face.Rack.Commands[0].Deadline);
    }

    [Theory]
    [InlineData("There is no node \"node-99\". 'holdfast nodes' lists them.", "node", "on", "node-99")]
    [InlineData("There is no zone \"cellar\". 'holdfast status' lists them.", "fans", "cellar", "full")]
    public async Task A_name_that_is_not_there_is_told(string says, params string[] arguments)
    {
        await using var face = await RunningFace.StartAsync();
        Assert.Equal(says, (await CommandRun.OnAsync(face, arguments)).Failed(ExitCode.Usage));
        Assert.Empty(face.Rack.Commands);
    }

    [Fact]
    public async Task Fans_are_set()
    {
        await using var face = await RunningFace.StartAsync();
        var run = await FollowAsync(
            face,
            false,
            CommandStage.Done,
            "fixed",
            "the fans of zone-a run at 60 %",
            "fans",
            "zone-a",
            "fixed",
            "--duty",
            "60"
        );
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(60, Assert.IsType<FanModeCommand>(face.Rack.Commands[0]).Duty.Value);
    }

    [Fact]
    public async Task Who_stops_waiting_is_not_told_that_it_was_done()
    {
        await using var face = await RunningFace.StartAsync();
        using var stop = new CancellationTokenSource();
        var error = new StringWriter();
        var running = Cli.RunAsync(
            ["node", "on", "node-13", "--url", $"{face.Url}"],
            new Terminal(TextWriter.Null, error, false),
            stop.Token
        );
        await UntilAskedAsync(face);
        await stop.CancelAsync();
        Assert.Equal(ExitCode.NotDone, await running);
        Assert.Contains("the rack goes on", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_appliance_that_started_anew_has_not_done_it()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.Forgets = true;
        var run = await CommandRun.OnAsync(face, "node", "on", "node-13");
        Assert.Contains("started anew", run.Failed(ExitCode.NotDone), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Followed_events_are_one_json_object_a_line()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.Happen("first");
        face.Rack.Happen("second");
        using var stop = new CancellationTokenSource();
        using var output = new LineCount(2, stop);
        var exitCode = await Cli.RunAsync(
            ["events", "--follow", "--json", "--url", $"{face.Url}"],
            new Terminal(output, TextWriter.Null, false),
            stop.Token
        );
        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.Equal(
            ["first", "second"],
            output.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString())
        );
    }

    private static async Task<CommandRun> FollowAsync(
        RunningFace face,
        bool isPerson,
        CommandStage stage,
        string observed,
        string text,
        params string[] arguments
    )
    {
        var running = CommandRun.OfAsync(isPerson, [.. arguments, "--url", $"{face.Url}"]);
        await UntilAskedAsync(face);
        face.Rack.Finish(stage, observed, text);
        return await running;
    }

    /// <summary>Until the command was accepted and its result is waited for.</summary>
    private static async Task UntilAskedAsync(RunningFace face)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await face.Rack.Asked.WaitAsync(patience.Token);
    }

    private sealed class LineCount(int last, CancellationTokenSource stop) : StringWriter
    {
        public List<string> Lines { get; } = [];

        public override void WriteLine(string? value)
        {
            Lines.Add(value ?? "");
            if (Lines.Count == last)
            {
                stop.Cancel();
            }
        }
    }
}
