using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Commands;

/// <summary>What becomes of an accepted command: its observed end, once.</summary>
public sealed class OutcomeTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1"), Plans.Node("n2")));

    public OutcomeTests() => rig.Run();

    [Fact]
    public void A_command_is_accepted_and_done_when_its_state_is_observed()
    {
        var command = rig.Ask(NodeVerb.On, "n1");
        rig.Step(1, command);
        rig.Run(10);
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run(10);
        Assert.Equal([new CommandOutcome(command.Id, CommandStage.Accepted, "", "n1 is told: on")], rig.Outcomes);

        rig.See("n1", PowerState.On);
        rig.Run();
        Assert.Equal(new CommandOutcome(command.Id, CommandStage.Done, "on", "n1 is on"), rig.Outcomes[1]);
    }

    [Fact]
    public void Who_asked_what_and_what_was_observed_stands_in_the_record()
    {
        rig.Step(1, rig.Ask(NodeVerb.On, "n1", deadlineS: 20));
        rig.Run(21);

        var ended = Assert.Single(rig.Events, e => e.Code == "command-failed");
        Assert.Equal("n1", ended.Subject);
        Assert.Contains(
            "asked on of n1: not observed within 20 s; n1 is waking.",
            ended.Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_the_faces_did_not_let_through_stands_in_the_record_too()
    {
        var note = new RackNote(Severity.Warning, "n1", "command-denied", "mqtt asked off of n1: denied.");
        var outputs = rig.Controller.Step(new RackInputs(rig.Now, default) { Notes = [note] });

        var said = Assert.Single(outputs.Events);
        Assert.Equal(
            (note.Severity, note.Subject, note.Code, note.Text),
            (said.Severity, said.Subject, said.Code, said.Text)
        );
    }

    [Fact]
    public void What_is_so_already_is_done_at_once()
    {
        rig.Step(1, rig.Ask(NodeVerb.Off, "n1"));

        Assert.Equal([CommandStage.Accepted, CommandStage.Done], rig.Outcomes.Select(o => o.Stage));
    }

    [Fact]
    public void A_passed_deadline_tells_what_was_observed_instead()
    {
        var command = rig.Ask(NodeVerb.On, "n1", deadlineS: 20);
        rig.Step(1, command);
        rig.Run(19);
        Assert.Single(rig.Outcomes);

        rig.Run();
        var late = new CommandOutcome(
            command.Id,
            CommandStage.Failed,
            "waking",
            "not observed within 20 s; n1 is waking"
        );
        Assert.Equal(late, rig.Outcomes[1]);
    }

    [Fact]
    public void A_late_command_is_still_followed_by_the_controller()
    {
        rig.Step(1, rig.Ask(NodeVerb.On, "n1", deadlineS: 5));
        rig.Run(10);
        rig.See("n1", PowerState.On);
        rig.Run();

        Assert.Equal(NodeState.On, rig.State("n1"));
        Assert.Equal([CommandStage.Accepted, CommandStage.Failed], rig.Outcomes.Select(o => o.Stage));
    }

    [Fact]
    public void A_fault_ends_a_command_before_its_deadline()
    {
        rig.Step(1, rig.Ask(NodeVerb.On, "n1", deadlineS: 600));
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run(70);

        Assert.Equal((CommandStage.Failed, "fault"), (rig.Outcomes[^1].Stage, rig.Outcomes[^1].Observed));
        Assert.Contains("within 60 s", rig.Outcomes[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_node_ends_no_command_before_its_deadline()
    {
        rig.Step(1, rig.Ask(NodeVerb.On, "n1", deadlineS: 100));
        rig.See("n1", PowerState.Unknown);
        rig.Run(99);
        Assert.Single(rig.Outcomes);

        rig.Run();
        Assert.Equal("unknown", rig.Outcomes[^1].Observed);
    }

    [Theory]
    [InlineData(NodeVerb.Off)]
    [InlineData(NodeVerb.Maintain)]
    [InlineData(NodeVerb.Release)]
    public void A_newer_command_for_the_same_node_ends_the_older(NodeVerb newer)
    {
        var first = rig.Ask(NodeVerb.On, "n1");
        rig.Step(1, first, rig.Ask(NodeVerb.On, "n2"));
        rig.Step(1, rig.Ask(newer, "n1"));

        var ended = Assert.Single(rig.Outcomes, o => o.Id == first.Id && o.Stage != CommandStage.Accepted);
        Assert.Equal((CommandStage.Failed, "replaced by a newer command"), (ended.Stage, ended.Text));
    }

    [Fact]
    public void The_same_id_again_is_carried_out_once_and_answered_again()
    {
        var cycle = rig.Ask(NodeVerb.Cycle, "n1");
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.Step(1, cycle, cycle);
        rig.Step(1, cycle);
        Assert.All(rig.Outcomes, outcome => Assert.Equal(CommandStage.Accepted, outcome.Stage));
        Assert.Equal(3, rig.Outcomes.Count);

        rig.See("n1", PowerState.Off);
        rig.Run();
        rig.See("n1", PowerState.On);
        rig.Run();
        var done = rig.Outcomes[^1];
        rig.Run(100);
        Assert.Equal(done, rig.Give(cycle));
        rig.Run(100);

        Assert.Equal(CommandStage.Done, done.Stage);
        Assert.Equal(["n1 SoftOff", "n1 On"], rig.Orders);
        Assert.Single(rig.Codes, "command-accepted");
    }

    [Fact]
    public void The_same_id_after_a_refusal_is_judged_anew()
    {
        var command = rig.Ask(NodeVerb.On, "n1");
        rig.See("n1", PowerState.Unknown);
        rig.Run();
        Assert.Equal(CommandStage.Refused, rig.Give(command).Stage);

        rig.See("n1", PowerState.Off);
        rig.Run();
        Assert.Equal(CommandStage.Accepted, rig.Give(command).Stage);
    }

    [Fact]
    public void Only_so_many_ended_commands_are_remembered()
    {
        var first = rig.Ask(NodeVerb.Off, "n1");
        rig.Step(1, first);
        rig.Step(1, [.. Enumerable.Range(0, 1024).Select(i => rig.Ask(NodeVerb.Maintain, "n2"))]);
        rig.Events.Clear();
        rig.Give(first);

        Assert.Contains("command-accepted", rig.Codes);
    }

    [Fact]
    public void Who_asked_for_what_is_recorded_accepted_or_refused()
    {
        rig.Events.Clear();
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.Give(rig.Ask(NodeVerb.Cycle, "n2"));

        Assert.Equal(
            [
                "ana asked on of n1.",
                "ana asked cycle of n2: refused, n2 is off; use on.",
                "n1 is starting: told to start.",
            ],
            rig.Events.Select(happened => happened.Text)
        );
    }
}
