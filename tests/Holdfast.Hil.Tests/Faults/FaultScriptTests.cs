using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class FaultScriptTests
{
    private static readonly ContainerPlan Plan = ContainerPlan.Default();

    [Fact]
    public void A_script_says_when_what_happens_to_whom_and_for_how_long()
    {
        const string Script = """
            # the morning
            at 00:10:00 bmc-silent node-03 for 5m

            at 90s fan-dead fan-a1            # for good
            at 1h30m grid-lost for 02:00:00
            at 0s smoke smoke-b for 1m
            """;
        Assert.True(FaultScript.TryParse(Script, Plan, out var faults, out var errors), string.Join('\n', errors));
        Assert.Equal(
            [
                new Fault(FaultKind.BmcSilent, "node-03", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5)),
                new Fault(FaultKind.FanDead, "fan-a1", TimeSpan.FromSeconds(90), Fault.UntilTheEnd),
                new Fault(FaultKind.GridLost, "grid", TimeSpan.FromMinutes(90), TimeSpan.FromHours(2)),
                new Fault(FaultKind.Smoke, "smoke-b", TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            ],
            faults
        );
    }

    [Theory]
    [InlineData("bmc-silent node-03", "line 1: expected 'at TIME KIND TARGET")]
    [InlineData("\nat noon bmc-silent node-03", "line 2: 'noon' is not a time")]
    [InlineData("at 00:99:00 bmc-silent node-03", "line 1: '00:99:00' is not a time")]
    [InlineData("at 5m bmc-dead node-03", "line 1: 'bmc-dead' is not a fault; known are bmc-silent")]
    [InlineData("at 5m bmc-silent", "line 1: bmc-silent needs a target; possible: node-01")]
    [InlineData("at 5m smoke leak-a for 5m", "line 1: 'leak-a' cannot suffer smoke; possible: smoke-a")]
    [InlineData("at 5m bmc-silent node-03 until 9m", "line 1: expected 'for' and a duration")]
    [InlineData("at 5m bmc-silent node-03 for 0s", "line 1: a fault lasts longer than zero")]
    [InlineData("at 5m bmc-silent node-03 for 5m or so", "line 1: ")]
    public void A_wrong_line_is_told_with_its_number_and_what_would_be_right(string script, string error)
    {
        Assert.False(FaultScript.TryParse(script, Plan, out var faults, out var errors));
        Assert.Empty(faults);
        Assert.StartsWith(error, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_line_is_told()
    {
        Assert.False(FaultScript.TryParse("at\nat 5m grid-lost\nwhen", Plan, out _, out var errors));
        Assert.Equal(2, errors.Length);
    }

    [Fact]
    public void Every_kind_of_fault_has_its_word()
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", FaultScript.WordOf(kind));
        }
    }

    [Fact]
    public void Random_faults_replay_from_their_seed_and_can_all_be_ordered()
    {
        var day = TimeSpan.FromDays(1);
        var faults = RandomFaults.Draw(Plan, 5, 200, day, RandomFaults.AllFaults);
        Assert.Equal(faults, RandomFaults.Draw(Plan, 5, 200, day, RandomFaults.AllFaults));
        Assert.Equal(200, faults.Length);
        var model = new ContainerModel(Plan);
        foreach (var fault in faults)
        {
            model.Order(fault);
            Assert.InRange(fault.For, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(30));
        }
    }
}
