using System.Diagnostics;

namespace Holdfast.Benchmarks.Mqtt.Hostile;

/// <summary>
/// The real broker among strangers who mean it no good, each kind for a share of the time, while two polite clients go on. Their delay is looked at,
/// and what is left of the strangers when they are gone: memory, work, words on the standard error.
/// </summary>
internal static class HostileBench
{
    /// <summary>For the appliance's program, to be nothing but a broker, with the limits that it has by itself.</summary>
    public const string Arguments = "mqtt broker --listen 127.0.0.1:{port}";

    private const double GrowthMax = 16;
    private const double IdleProcessorMax = 2;

    /// <summary>Until the broker has given up the last half-open connection.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    /// <param name="span">Of all attacks together.</param>
    /// <param name="halfOpen">Connections of the attack that only opens them; as many as there are handles for.</param>
    public static IReadOnlyList<Figure> Run(BrokerRecipe recipe, TimeSpan span, int halfOpen, ulong seed)
    {
        using var broker = BrokerProcess.Start(recipe);
        using var good = new GoodPair(broker.Port);
        var figures = new List<Figure>();
        var attacks = Attack.All(halfOpen);
        var share = span / (attacks.Count + 1);
        Thread.Sleep(share);
        figures.Add(DelayOf(good, broker, "among nobody"));
        var before = broker.Memory;
        var afterFuzzing = before;
        for (var i = 0; i < attacks.Count; i++)
        {
            Play(attacks[i], broker.Port, share, new SeededRandom(seed + (ulong)i));
            figures.Add(DelayOf(good, broker, $"among {attacks[i].Name}"));
            afterFuzzing = i == 0 ? broker.Memory : afterFuzzing;
        }

        Thread.Sleep(Aftermath);
        good.End();
        if (good.Broken is { } broken)
        {
            Console.Error.WriteLine($"the good clients: {broken.Message}");
        }

        var growth = broker.Memory - before;
        var (time, begun) = (broker.ProcessorTime, Stopwatch.GetTimestamp());
        Thread.Sleep(Quiet);
        var idle = (broker.ProcessorTime - time) / Stopwatch.GetElapsedTime(begun);
        return
        [
            .. figures,
            new("the good clients' messages lost", good.Broken is null ? good.Lost : double.NaN, "", 1),
            new("memory grown by mutated packets", afterFuzzing - before, "MB", GrowthMax),
            new("memory grown by all of them", growth, "MB", null),
            new("CPU afterwards", 100 * idle, "%", IdleProcessorMax),
            new("lines on its standard error", broker.Errors.AsSpan().Trim().Count('\n'), "", 1),
            new("still running", broker.IsRunning ? 1 : 0, "", 1, AtLeast: true),
        ];
    }

    private static Figure DelayOf(GoodPair good, BrokerProcess broker, string when) =>
        new($"p99 {when}", good.Percentile99() ?? double.NaN, "ms", null)
        {
            Parts = new Dictionary<string, double> { ["broker_mb"] = broker.Memory },
        };

    /// <summary>All connections step in turn, on this thread.</summary>
    private static void Play(Attack attack, int port, TimeSpan span, SeededRandom random)
    {
        Attacker[] attackers = [.. Enumerable.Range(0, attack.Connections).Select(_ => new Attacker(port))];
        try
        {
            var start = Stopwatch.GetTimestamp();
            for (var step = 0; Stopwatch.GetElapsedTime(start) < span; step++)
            {
                attack.Step(attackers[step % attackers.Length], step, random);
            }
        }
        finally
        {
            foreach (var attacker in attackers)
            {
                attacker.Dispose();
            }
        }
    }
}
