using System.Net.Sockets;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hil.Tests;

/// <summary>A simulated BMC driven by a stranger: ipmitool.</summary>
public sealed class BmcTests
{
    private static readonly ContainerNode Node = ContainerPlan.Default().Nodes[2];
    private static readonly TimeSpan ProgramTime = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public async Task Ipmitool_sees_and_switches_the_power(int suite)
    {
        await using var rig = await RunningContainer.StartAsync();
        Assert.Contains("Chassis Power is off", await AskAsync(rig, suite, "chassis", "power", "status"), Ordinal);
        await AskAsync(rig, suite, "chassis", "power", "on");
        Assert.Equal(MachineState.Booting, State(rig));
        Assert.Matches("System Power +: on", await AskAsync(rig, suite, "chassis", "status"));
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        await AskAsync(rig, suite, "chassis", "power", "soft");
        Assert.Equal(MachineState.ShuttingDown, State(rig));
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("Chassis Power is off", await AskAsync(rig, suite, "chassis", "power", "status"), Ordinal);
    }

    [Fact]
    public async Task Ipmitool_cycles_resets_and_switches_off()
    {
        await using var rig = await RunningContainer.StartAsync();
        rig.Container.Do(model => model.PowerOn(Node.Node));
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        await AskAsync(rig, 17, "chassis", "power", "reset");
        Assert.Equal(MachineState.Booting, State(rig));
        await AskAsync(rig, 17, "chassis", "power", "cycle");
        Assert.Equal(MachineState.Off, State(rig));
        await rig.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(MachineState.Booting, State(rig));
        await AskAsync(rig, 17, "chassis", "power", "off");
        Assert.Equal(MachineState.Off, State(rig));
    }

    [Theory]
    [InlineData("cycle")]
    [InlineData("reset")]
    public async Task Ipmitool_is_told_that_a_node_which_is_off_cannot_be_cycled_or_reset(string verb)
    {
        await using var rig = await RunningContainer.StartAsync();
        var (code, output) = await RunAsync(rig, 3, Node.Bmc!.Password, "chassis", "power", verb);
        Assert.NotEqual(0, code);
        Assert.Contains("not supported in present state", output, Ordinal);
    }

    [Fact]
    public async Task Ipmitool_lists_the_sensors_and_their_records()
    {
        await using var rig = await RunningContainer.StartAsync();
        rig.Container.Do(model => model.PowerOn(Node.Node));
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        var records = await AskAsync(rig, 17, "sdr", "list");
        Assert.Matches(@"Inlet Temp +\| [0-9]+ degrees C +\| ok", records);
        Assert.Matches(@"CPU Temp +\| [0-9]+ degrees C +\| ok", records);
        Assert.Matches(@"Power +\| [0-9]+ Watts +\| ok", records);
        Assert.Matches(@"Fan +\| [0-9]+ RPM +\| ok", records);

        var sensors = await AskAsync(rig, 3, "sensor", "list");
        var draw = rig.Container.Read(model => model.DrawOf(Node.Node)).Value;
        var shown = sensors.Split('\n').Single(line => line.StartsWith("Power", Ordinal)).Split('|')[1];
        Assert.Equal(draw, double.Parse(shown, System.Globalization.CultureInfo.InvariantCulture), 1.5);
        Assert.Matches(@"CPU Temp .*\| 85\.000 +\| 95\.000 +\| 105\.000", sensors);
    }

    [Fact]
    public async Task A_node_that_is_off_has_no_processor_temperature()
    {
        await using var rig = await RunningContainer.StartAsync();
        var records = await AskAsync(rig, 17, "sdr", "list");
        Assert.Matches(@"CPU Temp +\| no reading", records);
        Assert.Matches(@"Power +\| 6 Watts", records);
    }

    [Fact]
    public async Task Ipmitool_is_told_who_the_controller_is()
    {
        await using var rig = await RunningContainer.StartAsync();
        Assert.Matches("IPMI Version +: 2.0", await AskAsync(rig, 17, "mc", "info"));
        Assert.Matches("System GUID", await AskAsync(rig, 17, "mc", "guid"));
    }

    [Fact]
    public async Task Ipmitool_without_a_cipher_suite_chooses_one_that_is_offered()
    {
        await using var rig = await RunningContainer.StartAsync();
        var (code, output) = await RunAsync(rig, suite: null, Node.Bmc!.Password, "chassis", "power", "status");
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task What_the_controller_does_not_know_is_refused_as_such()
    {
        await using var rig = await RunningContainer.StartAsync();
        var (code, output) = await RunAsync(rig, 3, Node.Bmc!.Password, "raw", "0x06", "0x52", "0x00");
        Assert.NotEqual(0, code);
        Assert.Contains("rsp=0xc1", output, Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public async Task A_wrong_password_opens_nothing(int suite)
    {
        await using var rig = await RunningContainer.StartAsync();
        var (code, _) = await RunAsync(rig, suite, "wrong", "chassis", "power", "on");
        Assert.NotEqual(0, code);
        Assert.Equal(MachineState.Off, State(rig));
    }

    [Fact]
    public async Task Cipher_suite_0_is_refused()
    {
        await using var rig = await RunningContainer.StartAsync();
        var (code, _) = await RunAsync(rig, 0, Node.Bmc!.Password, "chassis", "power", "on");
        Assert.NotEqual(0, code);
        Assert.Equal(MachineState.Off, State(rig));
    }

    [Fact]
    public async Task A_silent_controller_does_not_answer_and_comes_back()
    {
        await using var rig = await RunningContainer.StartAsync();
        rig.Container.Order(new Fault(FaultKind.BmcSilent, Node.Node.Text, TimeSpan.Zero, TimeSpan.FromMinutes(5)));
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        var (code, _) = await RunAsync(rig, 3, Node.Bmc!.Password, "chassis", "power", "status");
        Assert.NotEqual(0, code);
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        await AskAsync(rig, 3, "chassis", "power", "status");
    }

    [Fact]
    public async Task A_ping_is_answered_by_a_pong_with_its_tag()
    {
        await using var rig = await RunningContainer.StartAsync();
        using var client = new UdpClient(RunningContainer.Loopback(0));
        using var limit = new CancellationTokenSource(ProgramTime);
        await client.SendAsync(Ping, rig.Container.Bmcs[Node.Node], limit.Token);
        var pong = (await client.ReceiveAsync(limit.Token)).Buffer;
        Assert.Equal(28, pong.Length);
        Assert.Equal((0x40, 0x2A), (pong[8], pong[9]));
    }

    [Fact]
    public async Task A_slow_controller_answers_when_its_delay_has_passed()
    {
        await using var rig = await RunningContainer.StartAsync();
        rig.Container.Order(new Fault(FaultKind.BmcSlow, Node.Node.Text, TimeSpan.Zero, Fault.UntilTheEnd));
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        using var client = new UdpClient(RunningContainer.Loopback(0));
        using var other = new UdpClient(RunningContainer.Loopback(0));
        using var limit = new CancellationTokenSource(ProgramTime);
        await client.SendAsync(Ping, rig.Container.Bmcs[Node.Node], limit.Token);
        await other.SendAsync(Ping, rig.Container.Bmcs[new NodeId("node-01")], limit.Token);
        await other.ReceiveAsync(limit.Token);
        Assert.Equal(0, client.Available);
        await RunningContainer.UntilAsync(() =>
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            return client.Available > 0;
        });
    }

    private static readonly byte[] Ping = [0x06, 0x00, 0xFF, 0x06, 0x00, 0x00, 0x11, 0xBE, 0x80, 0x2A, 0x00, 0x00];

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static MachineState State(RunningContainer rig) => rig.Container.Read(model => model.StateOf(Node.Node));

    private static Task<string> AskAsync(RunningContainer rig, int suite, params string[] command) =>
        Ipmitool.AskAsync(rig.Container.Bmcs[Node.Node], Node.Bmc!.User, Node.Bmc.Password, suite, command);

    private static Task<(int Code, string Output)> RunAsync(
        RunningContainer rig,
        int? suite,
        string password,
        params string[] command
    ) => Ipmitool.RunAsync(rig.Container.Bmcs[Node.Node], Node.Bmc!.User, password, suite, command);
}
