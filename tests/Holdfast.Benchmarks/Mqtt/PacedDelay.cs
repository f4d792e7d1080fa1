using System.Buffers.Binary;
using System.Diagnostics;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>
/// From the moment a message was due to its arrival, at a steady rate from many publishers to one subscriber. The driver spins, for no sleep of the
/// system is as fine as what is measured; a delay of the driver itself counts against the broker.
/// </summary>
internal static class PacedDelay
{
    public static IReadOnlyList<double> Run(LoadPlan plan, int port, int qos, Action measuringBegins)
    {
        using var subscriber = LoadClient.Connect(port, "subscriber", "load/+", qos);
        (LoadClient Client, PublishBatch Batch)[] publishers =
        [
            .. Enumerable
                .Range(0, plan.Many)
                .Select(i =>
                    (
                        LoadClient.Connect(port, $"publisher-{i}"),
                        new PublishBatch($"load/{i}", qos, plan.PayloadSize, 1)
                    )
                ),
        ];
        try
        {
            return Run(plan, qos, subscriber, publishers, measuringBegins);
        }
        finally
        {
            foreach (var (client, _) in publishers)
            {
                client.Dispose();
            }
        }
    }

    private static List<double> Run(
        LoadPlan plan,
        int qos,
        LoadClient subscriber,
        (LoadClient Client, PublishBatch Batch)[] publishers,
        Action measuringBegins
    )
    {
        var period = Stopwatch.Frequency / plan.PacedRate;
        var start = Stopwatch.GetTimestamp();
        var measured = start + (long)(plan.WarmUp.TotalSeconds * Stopwatch.Frequency);
        var end = measured + (long)(plan.Measured.TotalSeconds * Stopwatch.Frequency);
        var micros = new List<double>((int)(plan.Measured.TotalSeconds * plan.PacedRate) + 1);
        subscriber.OnMessage = payload =>
        {
            var due = BinaryPrimitives.ReadInt64LittleEndian(payload);
            if (due >= measured)
            {
                micros.Add((Stopwatch.GetTimestamp() - due) * 1e6 / Stopwatch.Frequency);
            }
        };
        var isMeasuring = false;
        for (var (due, next) = (start, 0); due < end; subscriber.Read())
        {
            if (Stopwatch.GetTimestamp() < due)
            {
                continue;
            }

            if (!isMeasuring && due >= measured)
            {
                isMeasuring = true;
                measuringBegins();
            }

            var (client, batch) = publishers[next];
            if (qos > 0)
            {
                client.Read();
            }

            if (!client.Flush())
            {
                continue;
            }

            client.Send(batch.Stamped(due, plan.PayloadSize));
            due += period;
            next = (next + 1) % publishers.Length;
        }

        return micros;
    }
}
