using System.Diagnostics;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>A row of the bench.</summary>
/// <param name="Goal">For our broker; null: it is only shown.</param>
internal sealed record MqttRow(string Name, string Unit, double? Goal = null, bool AtLeast = false);

/// <summary>All that is measured of a broker, and how.</summary>
internal static class MqttRows
{
    private static readonly MqttRow Ready = new("ready after start", "ms", 60);
    private static readonly MqttRow AtStart = new("memory at start", "MB", 40);
    private static readonly MqttRow Idle = new("memory, 1,000 idle connections", "MB");
    private static readonly MqttRow PerConnection = new("memory a connection", "KiB", 4);
    private static readonly MqttRow UnderLoad = new("memory under load, peak", "MB");
    private static readonly MqttRow FanInLost = new("fan-in QoS 1, lost", "");
    private static readonly MqttRow FanOutLost = new("fan-out QoS 1, lost", "");
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
            FanInLost,
            .. FanOut,
            FanOutLost,
            .. Median,
            .. Percentile99,
            .. Processor,
            BlastRate,
            BlastDelivered,
        ];

    /// <summary>One round with a broker that has just started, every row once.</summary>
    public static IEnumerable<(MqttRow Row, double Value)> Measure(BrokerProcess broker, LoadPlan plan)
    {
        List<(MqttRow, double)> values = [(Ready, broker.ReadyAfter.TotalMilliseconds)];
        values.AddRange(MeasureMemory(broker, plan));
        for (var qos = 0; qos <= 1; qos++)
        {
            values.AddRange(MeasureDelay(broker, plan, qos));
        }

        for (var qos = 0; qos <= 1; qos++)
        {
            using var fanIn = new Throughput(plan, broker.Port, qos, plan.Many, 1, plan.FanInWindow);
            var (perSecond, lost) = fanIn.RunClosed();
            values.Add((FanIn[qos], perSecond));
            values.AddRange(qos == 1 ? [(FanInLost, lost)] : []);
        }

        for (var qos = 0; qos <= 1; qos++)
        {
            using var fanOut = new Throughput(plan, broker.Port, qos, 1, plan.Many, plan.FanOutWindow);
            var (perSecond, lost) = fanOut.RunClosed();
            values.Add((FanOut[qos], perSecond));
            values.AddRange(qos == 1 ? [(FanOutLost, lost)] : []);
        }

        using var blast = new Throughput(plan, broker.Port, 0, plan.Many, 1, window: 0);
        var (rate, delivered) = blast.RunOpen();
        return [.. values, (BlastRate, rate), (BlastDelivered, delivered), (UnderLoad, broker.MemoryPeak)];
    }

    private static List<(MqttRow, double)> MeasureMemory(BrokerProcess broker, LoadPlan plan)
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
            return [(AtStart, before), (Idle, after), (PerConnection, each)];
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static (MqttRow, double)[] MeasureDelay(BrokerProcess broker, LoadPlan plan, int qos)
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
        return [(Median[qos], At(sorted, 0.50)), (Percentile99[qos], At(sorted, 0.99)), (Processor[qos], 100 * used)];
    }

    private static double At(double[] sorted, double part) =>
        sorted.Length > 0 ? sorted[(int)(part * (sorted.Length - 1))] : double.NaN;
}
