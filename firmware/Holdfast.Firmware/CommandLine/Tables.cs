using System.Globalization;
using Holdfast.Firmware.Http;
using Spectre.Console;

namespace Holdfast.Firmware.CommandLine;

/// <summary>The documents as tables for people. What is unknown is shown as unknown.</summary>
internal static class Tables
{
    public static void Rack(RackDocument rack)
    {
        var counts = rack
            .Nodes.CountBy(node => node.State)
            .OrderBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => $"{c.Value} {c.Key}");
        Console.WriteLine($"Rack {rack.Rack}: {string.Join(", ", counts)}");
        var source = rack.Power.OnBattery switch
        {
            true => "battery",
            false => "grid",
            null => "unknown",
        };
        Console.WriteLine(
            $"Power: {rack.Power.ReservedW:0} of {rack.Power.BudgetW:0} W reserved, from the {source}, battery {Text(rack.Power.ChargePct, "%")}"
        );
        Console.WriteLine(
            $"MQTT: {(rack.Gateway.Connected ? "connected" : "not connected")}, {rack.Gateway.Broker}, {rack.Gateway.Waiting} events waiting"
        );
        Zones(rack.Zones);
        if (rack.Alarms.Count == 0)
        {
            Console.WriteLine("No alarms.");
            return;
        }

        var table = New("Since", "Severity", "Alarm");
        foreach (var alarm in rack.Alarms)
        {
            table.AddRow(Escaped(Time(alarm.Since), alarm.Severity, alarm.Text));
        }

        AnsiConsole.Write(table);
    }

    public static void Nodes(IReadOnlyList<NodeDocument> nodes)
    {
        var table = New("Node", "State", "Wanted", "Since", "Zone", "Unit", "Remark");
        foreach (var node in nodes)
        {
            table.AddRow(
                Escaped(
                    node.Name,
                    node.State,
                    node.Wanted ?? "as it is",
                    node.Since is { } since ? Time(since) : "unknown",
                    node.Zone,
                    node.RackUnit.ToString(CultureInfo.InvariantCulture),
                    node.Reason
                )
            );
        }

        AnsiConsole.Write(table);
    }

    public static void Sensors(IReadOnlyList<SensorDocument> sensors)
    {
        var table = New("Sensor", "What", "Value", "Quality", "Age");
        foreach (var sensor in sensors)
        {
            table.AddRow(
                Escaped(
                    sensor.Name,
                    sensor.Label,
                    Text(sensor.Value, sensor.Unit),
                    sensor.Quality,
                    Text(sensor.AgeS, "s")
                )
            );
        }

        AnsiConsole.Write(table);
    }

    public static void Events(IReadOnlyList<EventDocument> events)
    {
        foreach (var happened in events)
        {
            Console.WriteLine(
                $"{happened.Sequence, 6}  {Time(happened.Time)}  {happened.Severity, -8}  {happened.Text}"
            );
        }
    }

    private static void Zones(IReadOnlyList<ZoneDocument> zones)
    {
        var table = New("Zone", "Temperature", "Fans", "Mode", "Safety");
        foreach (var zone in zones)
        {
            var safety = string.Join(
                ", ",
                zone.Safety.Where(s => s.State != "clear").Select(s => $"{s.Kind} {s.State}")
            );
            table.AddRow(
                Escaped(
                    zone.Name,
                    zone.TemperatureC is null ? $"unknown ({zone.Quality})" : Text(zone.TemperatureC, "°C"),
                    Text(zone.DutyPct, "%"),
                    zone.FanMode,
                    safety.Length > 0 ? safety : "clear"
                )
            );
        }

        AnsiConsole.Write(table);
    }

    private static Table New(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(columns);
        return table;
    }

    private static string[] Escaped(params string[] cells) => [.. cells.Select(Markup.Escape)];

    private static string Text(double? value, string unit) =>
        value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.#} {unit}") : "unknown";

    private static string Time(DateTimeOffset time) =>
        time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
