using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class MachineTests
{
    private static readonly ContainerPlan Plan = ContainerPlan.Default();
    private static readonly NodeId Node = Plan.Nodes[0].Node;

    private readonly ContainerModel model = new(Plan, 11);

    [Fact]
    public void A_node_boots_in_its_time_and_is_then_seen_on_the_network()
    {
        model.PowerOn(Node);
        Pass(20);
        Assert.Equal(MachineState.Booting, model.StateOf(Node));
        Assert.True(model.IsPowered(Node));
        Assert.False(model.IsPresent(Node));
        Pass(45);
        Assert.Equal(MachineState.On, model.StateOf(Node));
        Assert.True(model.IsPresent(Node));
    }

    [Fact]
    public void A_start_draws_its_inrush_and_never_more_than_announced()
    {
        var node = Plan.Nodes[0];
        Assert.Equal(node.Standby, model.DrawOf(Node));
        model.PowerOn(Node);
        var most = Watts.Zero;
        for (var second = 0; second < 300; second++)
        {
            Pass(1);
            most = Watts.Max(most, model.DrawOf(Node));
            Assert.True(model.DrawOf(Node) <= node.PowerMax + node.Inrush);
        }

        Assert.True(most > model.DrawOf(Node));
    }

    [Fact]
    public void The_power_button_takes_a_running_node_down_after_a_while()
    {
        Up();
        model.SoftOff(Node);
        Pass(5);
        Assert.Equal(MachineState.ShuttingDown, model.StateOf(Node));
        Assert.False(model.IsPresent(Node));
        Pass(30);
        Assert.Equal(MachineState.Off, model.StateOf(Node));
    }

    [Fact]
    public void A_cycle_goes_through_off()
    {
        Up();
        Assert.True(model.Cycle(Node));
        Pass(1);
        Assert.False(model.IsPowered(Node));
        Pass(10);
        Assert.Equal(MachineState.Booting, model.StateOf(Node));
    }

    [Fact]
    public void A_node_that_is_off_can_be_neither_cycled_nor_reset()
    {
        Assert.False(model.Cycle(Node));
        Assert.False(model.Reset(Node));
        Pass(10);
        Assert.Equal(MachineState.Off, model.StateOf(Node));
    }

    [Fact]
    public void A_wake_call_with_the_wrong_secret_starts_nothing()
    {
        model.Wake(Node, secureOnMatches: false);
        Pass(1);
        Assert.False(model.IsPowered(Node));
        model.Wake(Node, secureOnMatches: true);
        Assert.True(model.IsPowered(Node));
    }

    [Fact]
    public void A_node_that_does_not_boot_draws_power_and_never_answers()
    {
        Happen(FaultKind.NodeNoBoot, TimeSpan.FromMinutes(30));
        model.PowerOn(Node);
        Pass(1700);
        Assert.Equal(MachineState.Booting, model.StateOf(Node));
        Pass(300);
        Assert.True(model.IsPresent(Node));
    }

    [Fact]
    public void A_node_that_ignores_the_power_button_stays_up_until_forced()
    {
        Up();
        Happen(FaultKind.NodeIgnoresSoftOff, Fault.UntilTheEnd);
        model.SoftOff(Node);
        Pass(300);
        Assert.True(model.IsPresent(Node));
        model.PowerOff(Node);
        Assert.False(model.IsPowered(Node));
    }

    [Fact]
    public void A_hung_node_is_on_but_not_seen_until_it_is_reset()
    {
        Up();
        Happen(FaultKind.NodeHangs, Fault.UntilTheEnd);
        model.SoftOff(Node);
        Pass(60);
        Assert.True(model.IsPowered(Node));
        Assert.False(model.IsPresent(Node));
        model.Reset(Node);
        Pass(90);
        Assert.True(model.IsPresent(Node));
    }

    [Fact]
    public void A_node_without_network_runs_unseen()
    {
        Up();
        Happen(FaultKind.PresenceLost, TimeSpan.FromMinutes(1));
        Assert.False(model.IsPresent(Node));
        Assert.Equal(MachineState.On, model.StateOf(Node));
        Pass(60);
        Assert.True(model.IsPresent(Node));
    }

    private void Up()
    {
        model.PowerOn(Node);
        Pass(120);
    }

    private void Happen(FaultKind kind, TimeSpan length)
    {
        model.Order(new Fault(kind, Node.Text, model.Elapsed, length));
        Pass(1);
    }

    private void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            model.Step(TimeSpan.FromSeconds(1));
        }
    }
}
