using System.Globalization;
using Holdfast.Firmware.Http;
using Spectre.Console;

namespace Holdfast.Firmware.CommandLine;

/// <summary>The documents as tables for people. What is unknown is shown as unknown.</summary>
internal static class Tables
{
    public static void Rack(Terminal terminal, RackDocument rack)
    {
        var counts = rack
            .Nodes.CountBy(node => node.State)
            .OrderBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => $"{c.Value} {c.Key}");
        terminal.Output.WriteLine($"Rack {rack.Rack}: {string.Join(", ", counts)}");
        var source = rack.Power.OnBattery switch
        {
            true => "from the battery",
            false => "from the grid",
            null => "from an unknown source",
        };
        terminal.Output.WriteLine(
            $"Power: {rack.Power.ReservedW:0} of {rack.Power.BudgetW:0} W reserved, {source}, battery {Text(rack.Power.ChargePct, "%")}"
        );
        terminal.Output.WriteLine(
            $"MQTT: {(rack.Gateway.Connected ? "connected" : "not connected")}, {rack.Gateway.Broker}, {rack.Gateway.Waiting} messages waiting"
        );
        if (rack.Gateway.Problem is { } problem)
        {
            terminal.Output.WriteLine(Terminal.Clean($"MQTT: measurements cannot be kept, {problem}"));
        }

        Zones(terminal, rack.Zones);
        if (rack.Alarms.Count == 0)
        {
            terminal.Output.WriteLine("No alarms.");
            return;
        }

        var table = New("Since", "Severity", "Alarm");
        foreach (var alarm in rack.Alarms)
        {
            table.AddRow(Escaped(Time(alarm.Since), alarm.Severity, alarm.Text));
        }

        terminal.Console().Write(table);
    }

    public static void Nodes(Terminal terminal, IReadOnlyList<NodeDocument> nodes)
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

        terminal.Console().Write(table);
    }

    public static void Sensors(Terminal terminal, IReadOnlyList<SensorDocument> sensors)
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

        terminal.Console().Write(table);
    }

    public static void Events(Terminal terminal, IReadOnlyList<EventDocument> events)
    {
        foreach (var happened in events)
        {
            terminal.Output.WriteLine(
                $"{happened.Sequence, 6}  {Time(happened.Time)}  {happened.Severity, -8}  {Terminal.Clean(happened.Text)}"
            );
        }
    }

    private static void Zones(Terminal terminal, IReadOnlyList<ZoneDocument> zones)
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

        terminal.Console().Write(table);
    }

    private static Table New(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(columns);
        return table;
    }

    private static string[] Escaped(params string[] cells) =>
        [.. cells.Select(cell => Markup.Escape(Terminal.Clean(cell)))];

    private static string Text(double? value, string unit) =>
        value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.#} {unit}") : "unknown";

    private static string Time(DateTimeOffset time) =>
        time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
