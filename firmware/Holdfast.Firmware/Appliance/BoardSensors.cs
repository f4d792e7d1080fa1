using Holdfast.Firmware.Boards;

namespace Holdfast.Firmware.Appliance;

/// <summary>What a board says of its sensors, before anything was read.</summary>
internal static class BoardSensors
{
    public static IEnumerable<SensorView> Of(Board board) =>
        [
            .. board.Sensors.Select(s => View(s.Sensor, s.Title, Unit.Celsius, s.Zone)),
            .. board.Fans.Select(f => View(f.Fan, f.Title, Unit.Rpm, f.Zone)),
            .. board.Meters.Select(m => View(m.Meter, m.Title, Unit.Watt, null, m.Role)),
            .. board.Ups is { } ups ? [View(ups.Ups, "Battery charge", Unit.Percent, null)] : Array.Empty<SensorView>(),
        ];

    private static SensorView View(SensorId sensor, string label, Unit unit, ZoneId? zone, string role = "") =>
        new(sensor, label, SensorBook.KindOf(unit), zone, null, role, Reading.Absent(unit));
}
