using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <param name="Rate">A second, of all publishers; null: as fast as it goes.</param>
internal sealed record BenchPlan(int Publishers, int Subscribers, double? Rate, int Size, int Qos, TimeSpan Duration);

/// <summary>
/// Publishers and subscribers at one broker. A message carries when it was due: with a rate that is its place in the schedule, whether or
/// not it could be sent then, so that a broker that stalls does not hide it; without a rate it is when it was given to the client.
/// </summary>
internal sealed class Bench(Brokering brokering, BenchPlan plan, TimeProvider clock)
{
    /// <summary>Publishes of one publisher that are on their way, without a rate.</summary>
    private const int WindowMax = 256;

    /// <summary>The schedule is looked at so often.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(1);

    /// <summary>After the last one received, those missing count as missing.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly string topic = $"bench/{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private readonly LatencyHistogram latencies = new();
    private long published;
    private long failed;
    private long received;
    private long firstReceived;
    private long lastReceived;

    public async Task<BenchDocument> RunAsync(CancellationToken stop)
    {
        var clients = new List<MqttClient>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var reading = new List<Task>();
            for (var i = 0; i < plan.Subscribers; i++)
            {
                clients.Add(await ConnectAsync($"s{i}", [new($"{topic}/#", (MqttQos)plan.Qos)], stop));
                reading.Add(ReadAsync(clients[^1], end.Token));
            }

            var publishers = new List<MqttClient>();
            for (var i = 0; i < plan.Publishers; i++)
            {
                publishers.Add(await ConnectAsync($"p{i}", [], stop));
                clients.Add(publishers[^1]);
            }

            var started = clock.GetTimestamp();
            await Task.WhenAll(publishers.Select((client, i) => PublishAsync(client, i, started, stop)));
            var took = clock.GetElapsedTime(started);
            await UntilAllIsReceivedAsync(stop);
            await end.CancelAsync();
            await Task.WhenAll(reading);
            return Result(took);
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private async Task<MqttClient> ConnectAsync(
        string name,
        MqttSubscription[] subscriptions,
        CancellationToken stop
    ) =>
        await Brokering.ConnectAsync(
            brokering.Options with
            {
                ClientId = $"{brokering.Options.ClientId}-{name}",
                Subscriptions = subscriptions,
                WhenReaderIsSlow = SlowReader.HoldBack,
                ReceiveMaximum = 1_000,
            },
            stop
        );

    private Task PublishAsync(MqttClient client, int index, long started, CancellationToken stop) =>
        plan.Rate is { } rate
            ? PublishPacedAsync(client, index, started, rate / plan.Publishers, stop)
            : PublishFlatOutAsync(client, index, started, stop);

    private async Task PublishFlatOutAsync(MqttClient client, int index, long started, CancellationToken stop)
    {
        var flying = new Queue<Task<PublishOutcome>>();
        while (clock.GetElapsedTime(started) < plan.Duration)
        {
            flying.Enqueue(client.PublishAsync(Message(index, clock.GetTimestamp()), stop));
            if (flying.Count >= WindowMax)
            {
                Count(await flying.Dequeue());
            }
        }

        await DrainAsync(flying);
    }

    private async Task PublishPacedAsync(
        MqttClient client,
        int index,
        long started,
        double rate,
        CancellationToken stop
    )
    {
        var flying = new Queue<Task<PublishOutcome>>();
        using var beat = new PeriodicTimer(Beat, clock);
        long sent = 0;
        while (sent < rate * plan.Duration.TotalSeconds)
        {
            var due = Math.Min(clock.GetElapsedTime(started).TotalSeconds, plan.Duration.TotalSeconds) * rate;
            for (; sent < due; sent++)
            {
                var when = started + (long)(sent / rate * clock.TimestampFrequency);
                flying.Enqueue(client.PublishAsync(Message(index, when), stop));
                while (flying.Count >= WindowMax || (flying.TryPeek(out var oldest) && oldest.IsCompleted))
                {
                    Count(await flying.Dequeue());
                }
            }

            await beat.WaitForNextTickAsync(stop);
        }

        await DrainAsync(flying);
    }

    private async Task DrainAsync(Queue<Task<PublishOutcome>> flying)
    {
        while (flying.TryDequeue(out var last))
        {
            Count(await last);
        }
    }

    private void Count(PublishOutcome outcome) =>
        Interlocked.Increment(ref outcome.Result == PublishResult.Delivered ? ref published : ref failed);

    private MqttMessage Message(int index, long due)
    {
        var payload = new byte[plan.Size];
        BinaryPrimitives.WriteInt64LittleEndian(payload, due);
        return new MqttMessage($"{topic}/{index}", payload) { Qos = (MqttQos)plan.Qos };
    }

    private async Task ReadAsync(MqttClient client, CancellationToken end)
    {
        try
        {
            await foreach (var message in client.MessagesAsync(end))
            {
                var now = clock.GetTimestamp();
                latencies.Add(clock.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(message.Payload.Span), now));
                Interlocked.CompareExchange(ref firstReceived, now, 0);
                Volatile.Write(ref lastReceived, now);
                Interlocked.Increment(ref received);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private async Task UntilAllIsReceivedAsync(CancellationToken stop)
    {
        var since = clock.GetTimestamp();
        using var look = new PeriodicTimer(Beat * 10, clock);
        while (Volatile.Read(ref received) < published * plan.Subscribers)
        {
            var quietFor = clock.GetElapsedTime(Math.Max(since, Volatile.Read(ref lastReceived)));
            if (quietFor > Silence)
            {
                return;
            }

            await look.WaitForNextTickAsync(stop);
        }
    }

    private BenchDocument Result(TimeSpan took)
    {
        var span = received > 1 ? clock.GetElapsedTime(firstReceived, lastReceived).TotalSeconds : 0;
        return new BenchDocument(
            $"{brokering.Options.Host}:{brokering.Options.Port}",
            plan.Publishers,
            plan.Subscribers,
            plan.Qos,
            plan.Size,
            plan.Rate,
            Math.Round(took.TotalSeconds, 3),
            published,
            failed,
            received,
            Math.Max(0, published * plan.Subscribers - received),
            Math.Round(published / took.TotalSeconds, 1),
            span > 0 ? Math.Round(received / span, 1) : 0,
            latencies.Percentile(0.5).TotalMicroseconds,
            latencies.Percentile(0.99).TotalMicroseconds,
            latencies.Max.TotalMicroseconds
        );
    }
}
