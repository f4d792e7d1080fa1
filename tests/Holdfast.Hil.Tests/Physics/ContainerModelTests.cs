using System.Diagnostics;
using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class ContainerModelTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ContainerPlan Plan = ContainerPlan.Default();

    [Fact]
    public void The_same_seed_and_commands_give_the_same_day_bit_for_bit()
    {
        Assert.Equal(Fingerprint(7), Fingerprint(7));
        Assert.NotEqual(Fingerprint(7), Fingerprint(8));
    }

    [Fact]
    public void A_day_of_steps_takes_a_blink()
    {
        var model = Running(seed: 1);
        Steps(model, 10_000);
        var watch = Stopwatch.StartNew();
        Steps(model, 86_400);

        // 0.3 s is the goal on an idle machine; the bound leaves room for a busy one.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1.5);
        TestContext.Current.TestOutputHelper?.WriteLine($"a simulated day: {watch.Elapsed.TotalMilliseconds:0} ms");
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var model = Running(seed: 1);
        Steps(model, 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Steps(model, 1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_long_step_ends_near_where_short_ones_do()
    {
        var fine = Running(seed: 3);
        var coarse = Running(seed: 3);
        Steps(fine, 3600);
        coarse.Step(TimeSpan.FromHours(1));
        Assert.Equal(fine.Elapsed, coarse.Elapsed);
        foreach (var zone in Plan.Zones)
        {
            Assert.Equal(fine.TemperatureOf(zone.Zone).Value, coarse.TemperatureOf(zone.Zone).Value, 1.5);
        }
    }

    [Fact]
    public void A_dark_container_takes_all_nodes_down_and_keeps_them_off()
    {
        var sunless = Plan with { Energy = new ContainerEnergy { SolarPeak = Watts.Zero } };
        var model = Running(seed: 4, sunless);
        model.Order(new Fault(FaultKind.GridLost, Fault.Grid, model.Elapsed, TimeSpan.FromHours(30)));
        Steps(model, 12 * 3600);
        Assert.False(model.Supplied);
        Assert.All(Plan.Nodes, node => Assert.False(model.IsPowered(node.Node)));
        Assert.All(Plan.Nodes, node => Assert.Equal(BmcBehaviour.Silent, model.BmcOf(node.Node)));
        Steps(model, 19 * 3600);
        Assert.True(model.Supplied);
        Assert.All(Plan.Nodes, node => Assert.Equal(MachineState.Off, model.StateOf(node.Node)));
    }

    [Fact]
    public void A_name_that_the_container_does_not_have_is_told()
    {
        var error = Assert.Throws<ArgumentException>(() => Running(seed: 1).PowerOn(new NodeId("node-99")));
        Assert.Contains("node-99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_with_a_name_twice_is_refused()
    {
        var doubled = Plan with { Nodes = [.. Plan.Nodes, Plan.Nodes[0]] };
        Assert.Throws<ArgumentException>(() => new ContainerModel(doubled));
    }

    private static ContainerModel Running(ulong seed, ContainerPlan? plan = null)
    {
        var model = new ContainerModel(plan ?? Plan, seed);
        foreach (var node in Plan.Nodes)
        {
            model.PowerOn(node.Node);
        }

        return model;
    }

    private static void Steps(ContainerModel model, int count)
    {
        for (var i = 0; i < count; i++)
        {
            model.Step(Second);
        }
    }

    private static string Fingerprint(ulong seed)
    {
        var model = Running(seed);
        foreach (var fault in RandomFaults.Draw(Plan, seed, 50, TimeSpan.FromHours(2), RandomFaults.AllFaults))
        {
            model.Order(fault);
        }

        Steps(model, 2 * 3600);
        var values = Plan
            .Zones.Select(z => model.TemperatureOf(z.Zone).Value)
            .Concat(Plan.Nodes.Select(n => model.DrawOf(n.Node).Value))
            .Concat(Plan.Temperatures.Select(t => model.Sense(t.Sensor).Value))
            .Append(model.BatteryStored.Value);
        return string.Join(' ', values.Select(BitConverter.DoubleToInt64Bits));
    }
}
