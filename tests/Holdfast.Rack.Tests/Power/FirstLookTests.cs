using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>After a restart: nothing starts by itself before the battery had its say, and a battery that says nothing blocks nothing for long.</summary>
public sealed class FirstLookTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1") with { Start = StartPolicy.On }, Plans.Node("n2")));

    [Fact]
    public void Nothing_starts_before_the_battery_was_read()
    {
        rig.LoseBattery();
        rig.Run(10);
        Assert.Empty(rig.Orders);
        Assert.Equal("waits: the battery has not been read yet", rig.Node("n1").Reason);

        rig.Battery(UpsState.Online, 100);
        rig.Run();
        Assert.Equal(["n1 On"], rig.Orders);
    }

    [Fact]
    public void Nothing_starts_on_a_battery_that_turns_out_to_be_low()
    {
        rig.LoseBattery();
        rig.Run(10);
        rig.Battery(UpsState.OnBattery, 10);
        rig.Run(100);

        Assert.Empty(rig.Orders);
        Assert.StartsWith("waits: the battery is low", rig.Node("n1").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_battery_that_stays_unknown_is_waited_for_half_a_minute_only(bool answers)
    {
        if (answers)
        {
            rig.Battery(UpsState.Unknown, null);
        }
        else
        {
            rig.LoseBattery();
        }

        rig.Run(30);
        Assert.Empty(rig.Orders);

        rig.Run(2);
        Assert.Equal(["n1 On"], rig.Orders);
    }

    [Fact]
    public void A_battery_that_falls_silent_later_is_not_waited_for()
    {
        rig.Battery(UpsState.OnBattery, 90);
        rig.Heat(50);
        rig.Run();
        rig.LoseBattery();
        rig.Run(100);
        rig.Heat(25);
        rig.Run(2);

        Assert.Equal(["n1 On"], rig.Orders);
    }

    [Fact]
    public void What_somebody_asks_for_is_started_at_once()
    {
        rig.LoseBattery();
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.On, "n2"));

        Assert.Equal(["n2 On"], rig.Orders);
    }

    [Fact]
    public void A_rack_without_a_battery_waits_for_none()
    {
        var plain = new RackRig(
            Plans.Rack(Plans.Power() with { HasUps = false }, Plans.Node("n1") with { Start = StartPolicy.On })
        );
        plain.LoseBattery();
        plain.Run();

        Assert.Equal(["n1 On"], plain.Orders);
    }
}
