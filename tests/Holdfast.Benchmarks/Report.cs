using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace Holdfast.Benchmarks;

/// <summary>One row of a benchmark.</summary>
/// <param name="Goal">What the value must stay under; null: it is only shown.</param>
/// <param name="AtLeast">Whether the value must instead reach the goal.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Goal, bool AtLeast = false)
{
    public bool Holds => Goal is not { } goal || (AtLeast ? Value >= goal : Value < goal);

    /// <summary>What the value was computed from, by name and unit: "ours_gb_s".</summary>
    public IReadOnlyDictionary<string, double> Parts { get; init; } = new Dictionary<string, double>();
}

/// <summary>Figures as a table for people and as JSON for programs.</summary>
internal static class Report
{
    /// <returns>0; with <paramref name="check"/> 1 where a goal is missed.</returns>
    public static int Write(
        string bench,
        IReadOnlyList<Figure> figures,
        FileInfo? json,
        bool check,
        IReadOnlyDictionary<string, string>? about = null
    )
    {
        var table = new Table { Border = TableBorder.Simple };
        string[] parts = [.. figures.SelectMany(figure => figure.Parts.Keys).Distinct()];
        table.AddColumns([bench, .. parts.Select(part => part.Replace('_', ' ')), "measured", "goal", ""]);
        foreach (var figure in figures)
        {
            table.AddRow([
                Markup.Escape(figure.Name),
                .. parts.Select(part => figure.Parts.TryGetValue(part, out var value) ? Text(value, "") : ""),
                Text(figure.Value, figure.Unit),
                GoalOf(figure),
                figure.Goal is null ? ""
                : figure.Holds ? "holds"
                : "missed",
            ]);
        }

        AnsiConsole.Write(table);
        if (json is not null)
        {
            WriteJson(bench, figures, json, about ?? new Dictionary<string, string>());
        }

        var missed = figures.Where(figure => !figure.Holds).ToArray();
        foreach (var figure in check ? missed : [])
        {
            Console.Error.WriteLine(
                $"missed: {figure.Name} is {Text(figure.Value, figure.Unit)}, not {GoalOf(figure)}"
            );
        }

        return check && missed.Length > 0 ? 1 : 0;
    }

    private static void WriteJson(
        string bench,
        IReadOnlyList<Figure> figures,
        FileInfo file,
        IReadOnlyDictionary<string, string> about
    )
    {
        using var stream = file.Create();
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("bench", bench);
        writer.WriteString("machine", Machine());
        foreach (var (name, text) in about)
        {
            writer.WriteString(name, text);
        }

        writer.WriteStartArray("figures");
        foreach (var figure in figures)
        {
            writer.WriteStartObject();
            writer.WriteString("name", figure.Name);
            if (double.IsFinite(figure.Value))
            {
                writer.WriteNumber("value", figure.Value);
            }

            writer.WriteString("unit", figure.Unit);
            foreach (var (part, value) in figure.Parts)
            {
                writer.WriteNumber(part, value);
            }

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

    /// <summary>The processor's name where Linux tells it (proc(5), cpuinfo).</summary>
    private static string Machine()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var model = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        var name = model is null
            ? RuntimeInformation.RuntimeIdentifier
            : model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return $"{name}, {Environment.ProcessorCount} cores";
    }

    private static string GoalOf(Figure figure) =>
        figure.Goal is { } goal ? $"{(figure.AtLeast ? "≥" : "<")} {Text(goal, figure.Unit)}" : "";

    private static string Text(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {unit}").TrimEnd();
}
