using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.OpenCl;
using Spectre.Console;

namespace Holdfast.Benchmarks.Storage;

/// <summary>The rows as a table for people and as JSON for programs.</summary>
internal static class OpenClReport
{
    private const string Unit = "GB/s of data shards";

    public static void Write(OpenClSearch search, IReadOnlyList<OpenClRow> rows, FileInfo? json)
    {
        var machine =
            $"{RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores, kernel {KernelSelector.Tier}";
        Console.WriteLine($"{Unit}, copies included; {machine}. {search.Finding}");
        AnsiConsole.Write(Table(rows));
        foreach (var sentence in Verdict(rows))
        {
            Console.WriteLine(sentence);
        }

        if (json is not null)
        {
            WriteJson(machine, search, rows, json);
        }
    }

    private static Table Table(IReadOnlyList<OpenClRow> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("encode", "shard", "1 core", $"{Environment.ProcessorCount} cores");
        var devices = rows[0].Devices;
        for (var i = 0; i < devices.Count; i++)
        {
            table.AddColumns($"device {i + 1}", "no copies");
        }

        table.AddColumn("fastest");
        foreach (var row in rows)
        {
            table.AddRow([
                $"{row.Code.DataShards}+{row.Code.ParityShards}",
                $"{row.ShardLength >> 10} KiB",
                Text(row.OneCore),
                Text(row.AllCores),
                .. row.Devices.SelectMany(device => new[] { Text(device.WithCopies), Text(device.ComputeOnly) }),
                row.Fastest is { } fastest ? $"device {fastest + 1}" : "processor",
            ]);
        }

        return table;
    }

    private static IEnumerable<string> Verdict(IReadOnlyList<OpenClRow> rows)
    {
        var devices = rows[0].Devices;
        for (var i = 0; i < devices.Count; i++)
        {
            var wins = rows.Count(row => row.Devices[i].WithCopies > Math.Max(row.OneCore, row.AllCores));
            var itself = devices[i].Device.Kind == OpenClDeviceKind.Cpu ? " It runs on the processor's own cores." : "";
            yield return $"Device {i + 1}, {devices[i].Device}: beats the processor in {wins} of {rows.Count} rows.{itself}";
        }

        if (devices.Count == 0)
        {
            yield return "No device was measured.";
        }
    }

    private static void WriteJson(string machine, OpenClSearch search, IReadOnlyList<OpenClRow> rows, FileInfo file)
    {
        using var stream = file.Create();
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("bench", "opencl");
        writer.WriteString("machine", machine);
        writer.WriteString("finding", search.Finding);
        writer.WriteString("unit", Unit);
        writer.WriteStartArray("rows");
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            writer.WriteNumber("data_shards", row.Code.DataShards);
            writer.WriteNumber("parity_shards", row.Code.ParityShards);
            writer.WriteNumber("shard_bytes", row.ShardLength);
            writer.WriteNumber("one_core", row.OneCore);
            writer.WriteNumber("all_cores", row.AllCores);
            writer.WriteStartArray("devices");
            foreach (var device in row.Devices)
            {
                writer.WriteStartObject();
                writer.WriteString("device", device.Device.ToString());
                writer.WriteNumber("with_copies", device.WithCopies);
                writer.WriteNumber("compute_only", device.ComputeOnly);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString(
                "fastest",
                row.Fastest is { } fastest ? row.Devices[fastest].Device.ToString() : "processor"
            );
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Text(double speed) => speed.ToString("0.00", CultureInfo.InvariantCulture);
}
