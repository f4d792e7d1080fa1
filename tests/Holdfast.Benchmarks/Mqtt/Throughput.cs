using System.Diagnostics;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>Messages from some publishers to some subscribers, every subscriber getting all; one thread drives both sides.</summary>
internal sealed class Throughput : IDisposable
{
    private readonly LoadPlan plan;
    private readonly int window;
    private readonly int qos;
    private readonly LoadClient[] subscribers;
    private readonly (LoadClient Client, PublishBatch Batch)[] publishers;
    private readonly PosixSocket[] sockets;
    private readonly long[] sentBy;
    private long sent;
    private long writtenOff;

    public Throughput(LoadPlan plan, int port, int qos, int publisherCount, int subscriberCount, int window)
    {
        this.plan = plan;
        this.qos = qos;
        this.window = window;
        subscribers = Subscribe(port, qos, subscriberCount);
        publishers =
        [
            .. Enumerable
                .Range(0, publisherCount)
                .Select(i =>
                    (
                        LoadClient.Connect(port, $"publisher-{i}"),
                        new PublishBatch($"load/{i}", qos, plan.PayloadSize, 64)
                    )
                ),
        ];
        sockets = [.. subscribers.Select(s => s.Socket), .. publishers.Select(p => p.Client.Socket)];
        sentBy = new long[publisherCount];
    }

    /// <summary>Deliveries that are due and have not come.</summary>
    private long Outstanding => (sent * subscribers.Length) - Received - writtenOff;

    private long Received
    {
        get
        {
            long sum = 0;
            foreach (var subscriber in subscribers)
            {
                sum += subscriber.Received;
            }

            return sum;
        }
    }

    /// <summary>Every message with QoS 1 counts as much as its broker makes of it; identifiers are the same in all trials.</summary>
    public static LoadClient[] Subscribe(int port, int qos, int count) =>
        [.. Enumerable.Range(0, count).Select(i => LoadClient.Connect(port, $"subscriber-{i}", "load/+", qos))];

    /// <summary>Deliveries a second with a bounded number under way, and the lost ones of the whole run.</summary>
    public double[] RunClosed()
    {
        Run(plan.WarmUp, window * subscribers.Length);
        var before = Received;
        var start = Stopwatch.GetTimestamp();
        Run(plan.Measured, window * subscribers.Length);
        var rate = (Received - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Drain();
        return [rate, writtenOff];
    }

    /// <summary>Deliveries a second and the percentage delivered, sent as fast as the connections take it.</summary>
    public double[] RunOpen()
    {
        var start = Stopwatch.GetTimestamp();
        Run(plan.Measured, long.MaxValue / 2);
        var rate = Received / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Drain();
        return [rate, 100.0 * Received / (sent * subscribers.Length)];
    }

    public void Dispose()
    {
        foreach (var client in subscribers.Concat(publishers.Select(p => p.Client)))
        {
            client.Dispose();
        }
    }

    private void Run(TimeSpan span, long bound)
    {
        var start = Stopwatch.GetTimestamp();
        var progress = start;
        while (Stopwatch.GetElapsedTime(start) < span)
        {
            if (ReadAll() | SendAll(bound))
            {
                progress = Stopwatch.GetTimestamp();
            }
            else if (Outstanding > 0 && Stopwatch.GetElapsedTime(progress) > plan.GivingUp)
            {
                // What has not come by now does not come, and shall not hold up the rest.
                writtenOff += Outstanding;
                progress = Stopwatch.GetTimestamp();
            }
            else
            {
                PosixSocket.WaitReadable(sockets, 1);
            }
        }
    }

    private bool ReadAll()
    {
        var any = false;
        foreach (var subscriber in subscribers)
        {
            any |= subscriber.Read();
        }

        return any;
    }

    private bool SendAll(long bound)
    {
        var any = false;
        for (var i = 0; i < publishers.Length; i++)
        {
            var (client, batch) = publishers[i];
            if (qos > 0)
            {
                any |= client.Read();
            }

            var share = (bound / subscribers.Length / publishers.Length) + 1;
            var room = Math.Min(Math.Min(share, batch.Count), (bound - Outstanding) / subscribers.Length);
            room = qos > 0 ? Math.Min(room, client.Window - (sentBy[i] - client.Acknowledged)) : room;
            if (room > 0 && client.Flush())
            {
                client.Send(batch.Take((int)room));
                sent += room;
                sentBy[i] += room;
                any = true;
            }
        }

        return any;
    }

    /// <summary>Nothing more is sent; takes what still comes.</summary>
    private void Drain()
    {
        var quiet = Stopwatch.GetTimestamp();
        while (Outstanding > 0 && Stopwatch.GetElapsedTime(quiet) < plan.GivingUp)
        {
            var any = ReadAll();
            foreach (var (client, _) in publishers)
            {
                var wasSending = client.IsSending;
                any |= client.Flush() & wasSending;
                any |= qos > 0 && client.Read();
            }

            if (any)
            {
                quiet = Stopwatch.GetTimestamp();
            }
            else
            {
                PosixSocket.WaitReadable(sockets, 1);
            }
        }

        writtenOff += Outstanding;
    }
}
