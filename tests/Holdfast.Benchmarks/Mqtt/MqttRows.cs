using System.Diagnostics;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>A row of the bench.</summary>
/// <param name="Goal">For our broker; null: it is only shown.</param>
internal sealed record MqttRow(string Name, string Unit, double? Goal = null, bool AtLeast = false)
{
    public bool IsMeant(string? only) => only is null || Name.Contains(only, StringComparison.OrdinalIgnoreCase);
}

/// <summary>All that is measured of a broker, and how.</summary>
internal static class MqttRows
{
    private static readonly MqttRow Ready = new("ready after start", "ms", 60);
    private static readonly MqttRow AtStart = new("memory at start", "MB", 40);
    private static readonly MqttRow Idle = new("memory, 1,000 idle connections", "MB");
    private static readonly MqttRow PerConnection = new("memory a connection", "KiB", 4);
    private static readonly MqttRow UnderLoad = new("memory under load, peak", "MB");
    private static readonly MqttRow[] FanInLost = [new("fan-in QoS 0, lost", ""), new("fan-in QoS 1, lost", "")];
    private static readonly MqttRow[] FanOutLost = [new("fan-out QoS 0, lost", ""), new("fan-out QoS 1, lost", "")];
    private static readonly MqttRow BlastRate = new("open-loop blast QoS 0", "msg/s");
    private static readonly MqttRow BlastDelivered = new("open-loop blast QoS 0, delivered", "%", 100, AtLeast: true);
    private static readonly MqttRow[] FanIn =
    [
        new("fan-in QoS 0", "msg/s", 200_000, AtLeast: true),
        new("fan-in QoS 1", "msg/s", 100_000, AtLeast: true),
    ];
    private static readonly MqttRow[] FanOut =
    [
        new("fan-out QoS 0", "msg/s", 600_000, AtLeast: true),
        new("fan-out QoS 1", "msg/s", 200_000, AtLeast: true),
    ];
    private static readonly MqttRow[] Median = [new("p50 at 2,000/s QoS 0", "µs"), new("p50 at 2,000/s QoS 1", "µs")];
    private static readonly MqttRow[] Percentile99 =
    [
        new("p99 at 2,000/s QoS 0", "µs", 400),
        new("p99 at 2,000/s QoS 1", "µs", 400),
    ];
    private static readonly MqttRow[] Processor =
    [
        new("CPU at 2,000/s QoS 0", "%", 8),
        new("CPU at 2,000/s QoS 1", "%"),
    ];

    public static IReadOnlyList<MqttRow> All =>
        [
            Ready,
            AtStart,
            Idle,
            PerConnection,
            UnderLoad,
            .. FanIn,
            .. FanInLost,
            .. FanOut,
            .. FanOutLost,
            .. Median,
            .. Percentile99,
            .. Processor,
            BlastRate,
            BlastDelivered,
        ];

    /// <summary>Each measures its rows at once.</summary>
    private static IEnumerable<(MqttRow[] Rows, Func<BrokerProcess, LoadPlan, double[]> Measure)> Trials
    {
        get
        {
            yield return ([Ready], (broker, _) => [broker.ReadyAfter.TotalMilliseconds]);
            yield return ([AtStart, Idle, PerConnection], MeasureMemory);
            for (var qos = 0; qos <= 1; qos++)
            {
                var level = qos;
                yield return (
                    [Median[qos], Percentile99[qos], Processor[qos]],
                    (broker, plan) => MeasureDelay(broker, plan, level)
                );
            }

            yield return ([FanIn[0], FanInLost[0]], (broker, plan) => MeasureFanIn(broker, plan, 0));
            yield return ([FanIn[1], FanInLost[1]], (broker, plan) => MeasureFanIn(broker, plan, 1));
            yield return ([FanOut[0], FanOutLost[0]], (broker, plan) => MeasureFanOut(broker, plan, 0));
            yield return ([FanOut[1], FanOutLost[1]], (broker, plan) => MeasureFanOut(broker, plan, 1));
            yield return ([BlastRate, BlastDelivered], MeasureBlast);
            yield return ([UnderLoad], (broker, _) => [broker.MemoryPeak]);
        }
    }

    /// <summary>One round with a broker that has just started.</summary>
    /// <param name="only">Only the rows whose name contains this, and what is measured with them; null: all.</param>
    public static IEnumerable<(MqttRow Row, double Value)> Measure(BrokerProcess broker, LoadPlan plan, string? only)
    {
        foreach (var (rows, measure) in Trials)
        {
            if (rows.Any(row => row.IsMeant(only)))
            {
                foreach (var pair in rows.Zip(measure(broker, plan)))
                {
                    yield return pair;
                }
            }
        }
    }

    private static double[] MeasureFanIn(BrokerProcess broker, LoadPlan plan, int qos)
    {
        using var load = new Throughput(plan, broker.Port, qos, plan.Many, 1, plan.FanInWindow);
        return load.RunClosed();
    }

    private static double[] MeasureFanOut(BrokerProcess broker, LoadPlan plan, int qos)
    {
        using var load = new Throughput(plan, broker.Port, qos, 1, plan.Many, plan.FanOutWindow);
        return load.RunClosed();
    }

    private static double[] MeasureBlast(BrokerProcess broker, LoadPlan plan)
    {
        using var load = new Throughput(plan, broker.Port, 0, plan.Many, 1, window: 0);
        return load.RunOpen();
    }

    private static double[] MeasureMemory(BrokerProcess broker, LoadPlan plan)
    {
        Thread.Sleep(plan.Settling);
        var before = broker.Memory;
        var clients = new List<LoadClient>();
        try
        {
            for (var i = 0; i < plan.IdleConnections; i++)
            {
                clients.Add(LoadClient.Connect(broker.Port, $"idle-{i}"));
            }

            Thread.Sleep(plan.Settling);
            var after = broker.Memory;
            var each = (after - before) * 1e6 / 1024 / plan.IdleConnections;
            return [before, after, each];
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static double[] MeasureDelay(BrokerProcess broker, LoadPlan plan, int qos)
    {
        var (timeBefore, begun) = (TimeSpan.Zero, 0L);
        var micros = PacedDelay.Run(
            plan,
            broker.Port,
            qos,
            () => (timeBefore, begun) = (broker.ProcessorTime, Stopwatch.GetTimestamp())
        );
        var used = (broker.ProcessorTime - timeBefore) / Stopwatch.GetElapsedTime(begun);
        double[] sorted = [.. micros.Order()];
        return [At(sorted, 0.50), At(sorted, 0.99), 100 * used];
    }

    private static double At(double[] sorted, double part) =>
        sorted.Length > 0 ? sorted[(int)(part * (sorted.Length - 1))] : double.NaN;
}
