using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace Holdfast.Benchmarks;

/// <summary>One row of a benchmark.</summary>
/// <param name="Goal">What the value must stay under; null: it is only shown.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Goal)
{
    public bool Holds => Goal is null || Value < Goal;
}

/// <summary>Figures as a table for people and as JSON for programs.</summary>
internal static class Report
{
    /// <returns>0; with <paramref name="check"/> 1 where a goal is missed.</returns>
    public static int Write(string bench, IReadOnlyList<Figure> figures, FileInfo? json, bool check)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(bench, "measured", "goal", "");
        foreach (var figure in figures)
        {
            table.AddRow(
                Markup.Escape(figure.Name),
                Text(figure.Value, figure.Unit),
                figure.Goal is { } goal ? $"< {Text(goal, figure.Unit)}" : "",
                figure.Goal is null ? ""
                    : figure.Holds ? "holds"
                    : "missed"
            );
        }

        AnsiConsole.Write(table);
        if (json is not null)
        {
            WriteJson(bench, figures, json);
        }

        var missed = figures.Where(figure => !figure.Holds).ToArray();
        foreach (var figure in check ? missed : [])
        {
            Console.Error.WriteLine(
                $"missed: {figure.Name} is {Text(figure.Value, figure.Unit)}, not under {Text(figure.Goal!.Value, figure.Unit)}"
            );
        }

        return check && missed.Length > 0 ? 1 : 0;
    }

    private static void WriteJson(string bench, IReadOnlyList<Figure> figures, FileInfo file)
    {
        using var stream = file.Create();
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("bench", bench);
        writer.WriteString("machine", $"{RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores");
        writer.WriteStartArray("figures");
        foreach (var figure in figures)
        {
            writer.WriteStartObject();
            writer.WriteString("name", figure.Name);
            writer.WriteNumber("value", figure.Value);
            writer.WriteString("unit", figure.Unit);
            if (figure.Goal is { } goal)
            {
                writer.WriteNumber("goal", goal);
                writer.WriteBoolean("holds", figure.Holds);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Text(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {unit}");
}
