using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>The driver against a stranger's BMC, ipmi_sim, with a stranger's console, ipmitool, looking on from the other side.</summary>
public sealed class IpmiSimTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(80);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Power_is_switched_and_seen_on_both_sides()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var power = Driver(bmc);
        Assert.Equal(PowerState.Off, (await power.ObserveAsync(CancellationToken.None)).State);

        var on = await power.CommandAsync(PowerAction.On, Deadline, CancellationToken.None);
        Assert.Equal((true, true, PowerState.On, ""), (on.Accepted, on.Reached, on.Observed.State, on.Detail));
        Assert.Contains("is on", await AskAsync(bmc, "chassis", "power", "status"), Ordinal);

        var off = await power.CommandAsync(PowerAction.Off, Deadline, CancellationToken.None);
        Assert.Equal((true, true, PowerState.Off), (off.Accepted, off.Reached, off.Observed.State));
        Assert.Contains("is off", await AskAsync(bmc, "chassis", "power", "status"), Ordinal);
    }

    [Fact]
    public async Task What_another_console_switches_is_seen()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var power = Driver(bmc);
        await AskAsync(bmc, "chassis", "power", "on");
        Assert.Equal(PowerState.On, (await power.ObserveAsync(CancellationToken.None)).State);
        await AskAsync(bmc, "chassis", "power", "off");
        Assert.Equal(PowerState.Off, (await power.ObserveAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_cycle_is_off_seen_off_and_on()
    {
        await using var bmc = await IpmiSim.StartAsync();
        bmc.Powered = true;
        await using var power = Driver(bmc);
        var cycled = await power.CommandAsync(PowerAction.Cycle, Deadline, CancellationToken.None);
        Assert.Equal((true, PowerState.On), (cycled.Reached, cycled.Observed.State));
        Assert.Equal(["set power 0", "set power 1"], bmc.Orders);
    }

    [Fact]
    public async Task A_reset_leaves_the_power_on()
    {
        await using var bmc = await IpmiSim.StartAsync();
        bmc.Powered = true;
        await using var power = Driver(bmc);
        var reset = await power.CommandAsync(PowerAction.Reset, Deadline, CancellationToken.None);
        Assert.Equal((true, PowerState.On), (reset.Reached, reset.Observed.State));
        Assert.Equal(["set reset 1"], bmc.Orders);
    }

    [Fact]
    public async Task A_soft_off_presses_the_power_button_and_waits_for_the_node()
    {
        await using var bmc = await IpmiSim.StartAsync();
        bmc.Powered = true;
        await using var power = Driver(bmc);
        var stopped = await power.CommandAsync(PowerAction.SoftOff, Deadline, CancellationToken.None);
        Assert.Equal((true, true, PowerState.Off), (stopped.Accepted, stopped.Reached, stopped.Observed.State));
        Assert.Equal(["set shutdown 1"], bmc.Orders);
    }

    [Fact]
    public async Task A_node_that_ignores_the_button_is_pressed_once_and_reported_as_still_on()
    {
        await using var bmc = await IpmiSim.StartAsync();
        bmc.Powered = true;
        bmc.IgnorePowerButton();
        await using var power = Driver(bmc);
        var stopped = await power.CommandAsync(PowerAction.SoftOff, Soon, CancellationToken.None);
        Assert.Equal((true, false, PowerState.On), (stopped.Accepted, stopped.Reached, stopped.Observed.State));
        Assert.Equal("it was not seen Off in time", stopped.Detail);
        Assert.Equal(["set shutdown 1"], bmc.Orders);
    }

    [Fact]
    public async Task The_BMC_says_who_it_is()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var access = Access(bmc);
        var identity = await IpmiIdentity.ReadAsync(access, CancellationToken.None);
        Assert.Equal(
            new IpmiIdentity("enterprise 4753", "product 3842", "9.08", "0102030405060708090a0b0c0d0e0f10"),
            identity
        );
    }

    [Theory]
    [InlineData(IpmiSim.User, "wrong")]
    [InlineData(IpmiSim.User, "")]
    [InlineData("nobody", IpmiSim.Password)]
    public async Task A_wrong_user_or_password_is_unknown_says_so_and_is_not_tried_again_at_once(
        string user,
        string password
    )
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var relay = new UdpRelay(bmc.Endpoint);
        var asked = 0;
        relay.Request = datagram =>
        {
            Interlocked.Increment(ref asked);
            return [datagram];
        };
        await using var power = new IpmiNodePower(new IpmiBmc(relay.Endpoint, user, Rigs.Bytes(password), Rigs.Clock));
        var seen = await power.ObserveAsync(CancellationToken.None);
        Assert.Equal(PowerState.Unknown, seen.State);
        Assert.Contains("it refuses the user or the password of the board file", seen.Detail, Ordinal);
        Assert.DoesNotContain("wrong", seen.Detail, Ordinal);

        var before = asked;
        Assert.Equal(seen.Detail, (await power.ObserveAsync(CancellationToken.None)).Detail);
        Assert.Equal(before, asked);
    }

    [Fact]
    public async Task A_BMC_that_dies_is_unknown_and_is_found_again_when_it_is_back()
    {
        await using var bmc = await IpmiSim.StartAsync();
        bmc.Powered = true;
        await using var power = Driver(bmc);
        Assert.Equal(PowerState.On, (await power.ObserveAsync(CancellationToken.None)).State);

        await bmc.KillAsync();
        var seen = await power.ObserveAsync(CancellationToken.None);
        Assert.Equal(PowerState.Unknown, seen.State);
        Assert.Contains($"{bmc.Endpoint}", seen.Detail, Ordinal);

        await bmc.StartAgainAsync();
        Assert.Equal(PowerState.On, (await power.ObserveAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_BMC_that_forgot_the_session_gets_a_new_one_within_one_question()
    {
        await using var bmc = await IpmiSim.StartAsync();
        bmc.Powered = true;
        await using var power = Driver(bmc);
        Assert.Equal(PowerState.On, (await power.ObserveAsync(CancellationToken.None)).State);
        await bmc.KillAsync();
        await bmc.StartAgainAsync();
        Assert.Equal(PowerState.On, (await power.ObserveAsync(CancellationToken.None)).State);
    }

    private static IpmiBmc Access(IpmiSim bmc) => Rigs.Access(bmc.Endpoint, IpmiSim.User, IpmiSim.Password);

    private static IpmiNodePower Driver(IpmiSim bmc) => new(Access(bmc));

    private static Task<string> AskAsync(IpmiSim bmc, params string[] command) =>
        Ipmitool.AskAsync(bmc.Endpoint, IpmiSim.User, IpmiSim.Password, 3, command);
}
