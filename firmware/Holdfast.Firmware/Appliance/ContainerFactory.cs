using System.Net;
using System.Text;
using Holdfast.Firmware.Boards;
using Holdfast.Hil;

namespace Holdfast.Firmware.Appliance;

/// <summary>Builds the simulated container that stands behind a board, and tells the board where its devices really are.</summary>
internal static class ContainerFactory
{
    public static ContainerPlan PlanOf(Board board, BoardSimulator simulator) =>
        new()
        {
            Zones = [.. board.Zones.Select(zone => new ContainerZone(zone.Zone))],
            Nodes = [.. board.Nodes.Select(node => NodeOf(node, simulator))],
            Fans = [.. board.Fans.Select(f => new ContainerFan(f.Fan, f.Zone, new HwmonChannel(f.Chip, f.Channel)))],
            Temperatures =
            [
                .. board.Sensors.Select(s => new ContainerSensor(
                    s.Sensor,
                    s.Zone,
                    new HwmonChannel(
                        s.Chip,
                        int.Parse(s.Channel["temp".Length..], System.Globalization.CultureInfo.InvariantCulture)
                    ),
                    s.Title
                )),
            ],
            Meters =
            [
                .. board.Meters.Select(m => new ContainerMeter(
                    m.Meter,
                    Enum.Parse<MeterRole>(m.Role, ignoreCase: true),
                    new HwmonChannel(m.Chip, m.Channel)
                )),
            ],
            Inputs =
            [
                .. board.Safety.Select(i => new ContainerInput(i.Input, i.Zone, i.Kind, i.Line)
                {
                    ActiveLow = i.ActiveLow,
                }),
            ],
            Pumps = [.. board.Pumps.Select(p => new ContainerPump(p.Pump, p.Zone, p.Line) { ActiveLow = p.ActiveLow })],
            Ups = board.Ups is { } ups ? new ContainerUps(ups.Battery, ups.Mains) : null,
            WakeListener = board.Nodes.Select(node => node.Wake?.Address).OfType<IPEndPoint>().FirstOrDefault()
                is { } listener
                ? PortOf(listener, simulator)
                : null,
            Seed = simulator.Seed,
            StartHour = simulator.StartHour,
        };

    /// <summary>The board with the ports that the container's devices are really bound to.</summary>
    public static Board Locate(Board board, SimulatedContainer container) =>
        board with
        {
            Nodes =
            [
                .. board.Nodes.Select(node =>
                    node with
                    {
                        Bmc = node.Bmc with { Address = container.Bmcs[node.Plan.Node] },
                        Wake = node.Wake is { Address: not null } wake
                            ? wake with
                            {
                                Address = container.WakeListener,
                            }
                            : node.Wake,
                        Presence = node.Presence is null ? null : container.Presences[node.Plan.Node],
                    }
                ),
            ],
        };

    private static ContainerNode NodeOf(BoardNode node, BoardSimulator simulator) =>
        new(
            node.Plan.Node,
            node.Plan.Zone,
            node.Plan.PowerMax,
            node.Plan.Inrush,
            BootTime: node.Plan.BootWithin / 4,
            StopTime: node.Plan.StopWithin / 4
        )
        {
            InrushFor = node.Plan.InrushFor / 2,
            Standby = node.Plan.Standby,
            Bmc = new ContainerBmc(
                PortOf(node.Bmc.Address, simulator),
                node.Bmc.User,
                Encoding.UTF8.GetString(node.Bmc.Password)
            ),
            Mac = node.Wake?.Mac,
            SecureOn = node.Wake?.SecureOn ?? [],
            Presence = node.Presence is { } presence ? PortOf(presence, simulator) : null,
        };

    private static IPEndPoint PortOf(IPEndPoint endpoint, BoardSimulator simulator) =>
        simulator.AnyPorts ? new IPEndPoint(endpoint.Address, 0) : endpoint;
}
