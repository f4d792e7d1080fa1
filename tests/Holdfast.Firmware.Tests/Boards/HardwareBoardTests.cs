using System.Net;
using Holdfast.Firmware.Boards;
using Holdfast.Hal;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.Boards;

/// <summary>docs/boards.md's example: a board of real hardware is read as it is written.</summary>
public sealed class HardwareBoardTests : IDisposable
{
    private readonly BoardFolder folder = new();
    private readonly Board board;

    public HardwareBoardTests()
    {
        foreach (var file in (string[])["grid-ca.pem", "rack.pem", "rack.key"])
        {
            folder.Write(file, "");
        }

        folder.Write("grid.password", "from the grid\r\n");
        var result = folder.Load(Documents.CompleteBoard());
        Assert.Empty(result.Problems);
        board = result.Board!;
    }

    [Fact]
    public void It_stands_on_hardware()
    {
        Assert.Null(board.Simulator);
        Assert.Equal("/sys/class/hwmon", board.HwmonRoot);
        Assert.Equal("/sys/class/gpio", board.GpioRoot);
        Assert.Equal("/sys/class/power_supply", board.PowerSupplyRoot);
        Assert.Equal(("BAT0", "AC0"), (board.Ups!.Battery, board.Ups.Mains));
    }

    [Fact]
    public void Its_power_limits_say_why()
    {
        Assert.Equal((1400, 160), (board.Power.Budget.Max.Value, board.Power.Inrush.Max.Value));
        Assert.Contains("breaker", board.Power.Budget.Refusal(new Watts(2000)), StringComparison.Ordinal);
        Assert.Equal((35, 60), (board.Power.ShedBelow.Value, board.Power.RestoreAbove.Value));
    }

    [Fact]
    public void Its_zone_is_cooled_as_written()
    {
        var zone = Assert.Single(board.Zones);
        Assert.Equal(("cabinet", "Cabinet"), (zone.Zone.Text, zone.Title));
        Assert.Equal(
            new ThermalPlan(
                new Celsius(27),
                new Celsius(36),
                new Celsius(45),
                new Celsius(33),
                new Percent(30),
                new Percent(80),
                TimeSpan.FromSeconds(10)
            ),
            zone.Thermal
        );
    }

    [Fact]
    public void Its_channels_and_lines_are_the_kernels()
    {
        Assert.Equal(["nct6779/temp2", "lm75/temp1"], board.Sensors.Select(s => $"{s.Chip}/{s.Channel}"));
        Assert.Equal(("nct6779", 2), (board.Fans[0].Chip, board.Fans[0].Channel));
        Assert.Equal(["load:ina226:1"], board.Meters.Select(m => $"{m.Role}:{m.Chip}:{m.Channel}"));
        Assert.Equal(
            [(SafetyKind.Smoke, 17, true), (SafetyKind.Leak, 27, false), (SafetyKind.Door, 22, false)],
            board.Safety.Select(i => (i.Kind, i.Line, i.ActiveLow))
        );
        Assert.Equal((23, true), (board.Pumps[0].Line, board.Pumps[0].ActiveLow));
    }

    [Fact]
    public void Its_nodes_are_reached_as_written()
    {
        var (one, two) = (board.Nodes[0], board.Nodes[1]);
        Assert.Equal(IPEndPoint.Parse("10.20.0.11:623"), one.Bmc.Address);
        Assert.Equal("secret"u8.ToArray(), one.Bmc.Password);
        Assert.Equal(("eth1", 6), (one.Wake!.Interface, one.Wake.SecureOn.Length));
        Assert.Equal(IPEndPoint.Parse("10.20.0.255:9"), two.Wake!.Address);
        Assert.Equal(IPEndPoint.Parse("10.20.1.11:22"), one.Presence);
        Assert.Equal((StartPolicy.On, StartPolicy.AsFound), (one.Plan.Start, two.Plan.Start));
        Assert.True(one.Plan.CanWake && one.Plan.HasPresence);
        Assert.Equal(TimeSpan.FromSeconds(240), one.Plan.BootWithin);
    }

    [Fact]
    public void Its_broker_is_reached_over_tls_with_a_certificate()
    {
        var mqtt = board.Mqtt!;
        Assert.Equal(("mqtt.grid.example", 8883, 5), (mqtt.Host, mqtt.Port, mqtt.Version));
        Assert.Equal("farm-3", mqtt.User);
        Assert.Equal("from the grid"u8.ToArray(), mqtt.Password);
        Assert.Equal(
            new[] { "grid-ca.pem", "rack.pem", "rack.key" }.Select(folder.PathOf),
            [mqtt.CaFile!, mqtt.CertificateFile!, mqtt.KeyFile!]
        );
    }

    public void Dispose() => folder.Dispose();
}
