using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;

namespace Holdfast.Benchmarks.Mqtt.Hostile;

/// <summary>Two polite clients, one telling the other something a hundred times a second with QoS 1, on a thread of their own.</summary>
internal sealed class GoodPair : IDisposable
{
    private const int PayloadSize = 64;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(5);

    private readonly LoadClient publisher;
    private readonly LoadClient subscriber;
    private readonly Thread thread;
    private readonly Lock gate = new();
    private List<double> milliseconds = [];
    private volatile bool isEnding;

    public GoodPair(int port)
    {
        subscriber = LoadClient.Connect(port, "good-subscriber", "good/topic", 1);
        publisher = LoadClient.Connect(port, "good-publisher");
        subscriber.OnMessage = Arrived;
        thread = new Thread(Run) { Name = "good pair" };
        thread.Start();
    }

    public long Sent { get; private set; }

    /// <summary>Messages that did not come, known after <see cref="End"/>.</summary>
    public long Lost => Sent - subscriber.Received;

    /// <summary>Why it could not go on; null where it could.</summary>
    public Exception? Broken { get; private set; }

    /// <summary>The 99th percentile of the delays since the last call, in ms; null where nothing came.</summary>
    public double? Percentile99()
    {
        List<double> taken;
        lock (gate)
        {
            (taken, milliseconds) = (milliseconds, []);
        }

        taken.Sort();
        return taken.Count == 0 ? null : taken[(int)(0.99 * (taken.Count - 1))];
    }

    /// <summary>Sends no more and takes what is still under way.</summary>
    public void End()
    {
        isEnding = true;
        thread.Join();
    }

    public void Dispose()
    {
        End();
        publisher.Dispose();
        subscriber.Dispose();
    }

    private void Run()
    {
        try
        {
            var batch = new PublishBatch("good/topic", 1, PayloadSize, 1);
            for (
                var due = Stopwatch.GetTimestamp();
                !isEnding;
                due += (long)(Period.TotalSeconds * Stopwatch.Frequency)
            )
            {
                while (Stopwatch.GetTimestamp() < due)
                {
                    PosixSocket.WaitReadable([subscriber.Socket], 1);
                    subscriber.Read();
                    publisher.Read();
                }

                if (publisher.Flush())
                {
                    publisher.Send(batch.Stamped(due, PayloadSize));
                    Sent++;
                }
            }

            for (var end = Stopwatch.GetTimestamp(); Lost > 0 && Stopwatch.GetElapsedTime(end) < LastWait; )
            {
                publisher.Flush();
                PosixSocket.WaitReadable([subscriber.Socket], 1);
                subscriber.Read();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            Broken = e;
        }
    }

    private void Arrived(ReadOnlySpan<byte> payload)
    {
        var delay = Stopwatch.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(payload));
        lock (gate)
        {
            milliseconds.Add(delay.TotalMilliseconds);
        }
    }
}
