using System.ComponentModel;
using System.Diagnostics;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>Our broker beside others: one driver, rounds in turn, medians.</summary>
internal static class MqttBench
{
    /// <summary>For the appliance's program, to be nothing but a broker.</summary>
    public const string Arguments = "mqtt broker --listen 127.0.0.1:{port} --connections 2000";

    /// <summary>The machine's own, named with its version; null where there is none.</summary>
    public static BrokerRecipe? InstalledMosquitto()
    {
        foreach (var program in new[] { "mosquitto", "/usr/sbin/mosquitto" })
        {
            try
            {
                using var help = Process.Start(
                    new ProcessStartInfo(program, ["-h"]) { RedirectStandardOutput = true }
                )!;
                // "mosquitto version 2.0.11".
                var version = help.StandardOutput.ReadLine()?.Split(' ')[^1];
                help.StandardOutput.ReadToEnd();
                help.WaitForExit();
                return new BrokerRecipe($"mosquitto_{version}", $"{program} -p {{port}}");
            }
            catch (Win32Exception)
            {
                // Not there; system programs are not in everybody's PATH.
            }
        }

        return null;
    }

    /// <param name="ours">The one that the goals are for.</param>
    /// <param name="only">Rows whose name contains this; null: all.</param>
    public static IReadOnlyList<Figure> Run(
        BrokerRecipe ours,
        IReadOnlyList<BrokerRecipe> peers,
        LoadPlan plan,
        int rounds,
        string? only
    )
    {
        var values = new Dictionary<(BrokerRecipe, MqttRow), List<double>>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var recipe in peers.Append(ours))
            {
                using var broker = BrokerProcess.Start(recipe);
                foreach (var (row, value) in MqttRows.Measure(broker, plan, only))
                {
                    values.TryAdd((recipe, row), []);
                    values[(recipe, row)].Add(value);
                }
            }
        }

        double Of(BrokerRecipe recipe, MqttRow row) => Median(values[(recipe, row)]);
        return
        [
            .. MqttRows
                .All.Where(row => row.IsMeant(only))
                .Select(row => FigureOf(row, Of(ours, row), [.. peers.Select(peer => (peer.Name, Of(peer, row)))])),
        ];
    }

    private static Figure FigureOf(MqttRow row, double value, IReadOnlyList<(string Name, double Value)> peers)
    {
        var parts = new Dictionary<string, double>();
        foreach (var (name, theirs) in peers)
        {
            parts[name] = theirs;
            parts[$"ours_to_{name}"] = value / theirs;
        }

        if (row.Goal is { } goal)
        {
            parts["of_goal"] = value / goal;
        }

        return new Figure(row.Name, value, row.Unit, row.Goal, row.AtLeast)
        {
            Parts = parts.Where(part => double.IsFinite(part.Value)).ToDictionary(),
        };
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
