using Holdfast.Firmware.Boards;
using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Hal.Devices.Presence;
using Holdfast.Hal.Devices.WakeOnLan;
using Holdfast.Hal.Linux.Hwmon;
using Holdfast.Hal.Linux.PowerSupply;
using Holdfast.Hal.Linux.SysfsGpio;

namespace Holdfast.Firmware.Appliance;

/// <summary>Sets up the drivers that a board asks for.</summary>
internal static class DeviceFactory
{
    /// <param name="data">Takes the place of <c>{data}</c> in the board's folders.</param>
    public static Devices Create(Board board, string data)
    {
        var clock = TimeProvider.System;
        var hwmon = Expand(board.HwmonRoot);
        var gpio = Expand(board.GpioRoot);
        return new Devices(
            [.. board.Nodes.Select(node => NodeOf(node, clock))],
            [.. board.Sensors.Select(s => new HwmonSensor(hwmon, s.Chip, s.Channel, s.Sensor, clock))],
            [.. board.Fans.Select(f => new HwmonFan(hwmon, f.Chip, f.Channel, f.Fan, clock))],
            [.. board.Safety.Select(i => new GpioSafetyInput(gpio, i.Line, i.ActiveLow, i.Input, i.Kind, clock))],
            [.. board.Pumps.Select(p => new GpioRelay(gpio, p.Line, p.ActiveLow, p.Pump))],
            [.. board.Meters.Select(m => new HwmonPowerMeter(hwmon, m.Chip, m.Channel, m.Meter, clock))],
            board.Ups is { } ups
                ? new PowerSupplyUps(Expand(board.PowerSupplyRoot), ups.Battery, ups.Mains, ups.Ups, clock)
                : null
        );

        string Expand(string root) => root.Replace("{data}", data, StringComparison.Ordinal);
    }

    private static NodeDevices NodeOf(BoardNode node, TimeProvider clock)
    {
        var bmc = new IpmiBmc(node.Bmc.Address, node.Bmc.User, node.Bmc.Password, clock);
        return new NodeDevices(
            node.Plan.Node,
            new IpmiNodePower(bmc),
            new IpmiSensors(bmc, node.Plan.Node.Text),
            node.Presence is { } endpoint ? new TcpPresence(endpoint, clock) : null,
            node.Wake is { } wake ? new MagicPacketWake(SenderOf(wake), wake.Mac, wake.SecureOn, clock) : null,
            cancellationToken => IpmiIdentity.ReadAsync(bmc, cancellationToken)
        );
    }

    private static IMagicPacketSender SenderOf(BoardWake wake) =>
        wake.Address is { } address
            ? new UdpMagicPacketSender(address)
            : new EthernetMagicPacketSender(wake.Interface!);
}
