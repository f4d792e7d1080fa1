using Holdfast.Rack;

namespace Holdfast.Firmware.Boards;

/// <summary>The board as the controller needs it.</summary>
internal static class BoardPlan
{
    public static RackPlan ToPlan(this Board board) =>
        new(
            board.Rack,
            board.Power with
            {
                HasUps = board.Ups is not null,
            },
            [.. board.Zones.Select(zone => ZoneOf(zone, board))],
            [.. board.Nodes.Select(node => node.Plan)]
        );

    private static ZonePlan ZoneOf(BoardZone zone, Board board) =>
        new(
            zone.Zone,
            [.. board.Sensors.Where(s => s.Zone == zone.Zone).Select(s => s.Sensor)],
            [.. board.Fans.Where(f => f.Zone == zone.Zone).Select(f => f.Fan)],
            [.. board.Safety.Where(i => i.Zone == zone.Zone).Select(i => new SafetyInputPlan(i.Input, i.Kind))],
            [.. board.Pumps.Where(p => p.Zone == zone.Zone).Select(p => p.Pump)],
            zone.Thermal
        );
}
