using Holdfast.Firmware.Appliance;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.Appliance;

/// <summary>Commands on their way to the loop, and their outcomes on the way back.</summary>
public sealed class CommandDeskTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly CommandDesk desk = new();

    [Fact]
    public async Task A_command_sent_again_is_carried_out_once_whoever_sends_it()
    {
        var first = desk.SubmitAsync(Command("one"), None);
        var again = desk.SubmitAsync(
            Command("one") with
            {
                Who = "http:10.0.0.9",
                Deadline = TimeSpan.FromSeconds(3),
            },
            None
        );
        Assert.Single(desk.Take());
        desk.Answer(new CommandOutcome("one", CommandStage.Accepted, "", "told"));
        Assert.Equal(await first, await again);
    }

    [Fact]
    public async Task An_id_that_was_used_for_another_command_is_refused()
    {
        var first = desk.SubmitAsync(Command("one"), None);
        desk.Take();
        desk.Answer(new CommandOutcome("one", CommandStage.Done, "on", "node-01 is on"));
        await first;

        var other = await desk.SubmitAsync(Command("one") with { Node = new NodeId("node-02") }, None);

        Assert.Equal(CommandStage.Refused, other.Stage);
        Assert.Contains("another command", other.Text, StringComparison.Ordinal);
        Assert.Empty(desk.Take());
        Assert.Equal(CommandStage.Done, desk.Outcome("one")!.Stage);
    }

    [Fact]
    public async Task A_refused_command_may_be_sent_again()
    {
        var first = desk.SubmitAsync(Command("one"), None);
        desk.Take();
        desk.Answer(new CommandOutcome("one", CommandStage.Refused, "", "too warm"));
        await first;

        var again = desk.SubmitAsync(Command("one"), None);

        Assert.Single(desk.Take());
        desk.Answer(new CommandOutcome("one", CommandStage.Accepted, "", "told"));
        Assert.Equal(CommandStage.Accepted, (await again).Stage);
    }

    [Fact]
    public async Task Once_closed_it_answers_what_is_open_and_refuses_what_comes()
    {
        var open = desk.SubmitAsync(Command("one"), None);
        desk.Close();
        Assert.Equal(CommandStage.Failed, (await open).Stage);
        var late = desk.SubmitAsync(Command("two"), None);
        Assert.True(late.IsCompleted);
        Assert.Equal(CommandStage.Refused, (await late).Stage);
    }

    [Fact]
    public async Task Too_many_at_once_are_refused_and_leave_no_trace()
    {
        for (var i = 0; i < CommandDesk.WaitingMax; i++)
        {
            _ = desk.SubmitAsync(Command($"{i}"), None);
        }

        Assert.Equal(CommandStage.Refused, (await desk.SubmitAsync(Command("late"), None)).Stage);
        Assert.Equal(CommandDesk.WaitingMax, desk.Take().Count);
        _ = desk.SubmitAsync(Command("late"), None);
        Assert.Single(desk.Take());
    }

    [Fact]
    public async Task The_oldest_final_outcomes_are_forgotten_first()
    {
        for (var i = 0; i <= CommandDesk.RememberedMax; i++)
        {
            var submitted = desk.SubmitAsync(Command($"{i}"), None);
            desk.Take();
            desk.Answer(new CommandOutcome($"{i}", i == 0 ? CommandStage.Accepted : CommandStage.Done, "", ""));
            await submitted;
        }

        _ = desk.SubmitAsync(Command("last"), None);
        Assert.NotNull(desk.Outcome("0"));
        Assert.Null(desk.Outcome("1"));
        Assert.NotNull(desk.Outcome($"{CommandDesk.RememberedMax}"));
    }

    private static NodeCommand Command(string id) =>
        new(id, "http:127.0.0.1", TimeSpan.FromSeconds(60), new NodeId("node-01"), NodeVerb.On);
}
