using System.Globalization;
using Holdfast.Gateway.Consumer;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Link;

/// <summary>
/// An outbox and a real mosquitto: the wire is cut, the broker ended or killed, the sender killed with its disk losing what was not flushed, at
/// random, for HOLDFAST_OUTAGE_SECONDS (CI: 600). What was taken reaches the consumer, once after its check.
/// </summary>
public sealed class RealOutageTests
{
    private const string Reader = "hub";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SeededRandom random = new(Seed());
    private readonly MemoryFolder disk = new();
    private readonly HashSet<string> taken = [];
    private readonly HashSet<string> arrived = [];
    private readonly SequenceCheck check = new([Outboxes.Key]);
    private int number;
    private int troubles;

    [Fact]
    public async Task Mosquitto_killed_and_cut_off_at_random_costs_no_message()
    {
        await using var mosquitto = await Mosquitto.StartAsync(
            "persistence true",
            "persistence_location {folder}/",
            "max_queued_messages 0"
        );
        await using var cable = new Cable(mosquitto.Port);
        await using var consumer = Client(mosquitto.Port, "consumer", "t/#");
        using var stop = new CancellationTokenSource();
        var consuming = ConsumeAsync(consumer, stop.Token);
        var end = TimeProvider.System.GetTimestamp() + (long)(Seconds() * TimeProvider.System.TimestampFrequency);
        while (TimeProvider.System.GetTimestamp() < end)
        {
            await using var sender = new Sender(disk, cable.Port);
            for (var round = random.Next(6); round >= 0 && TimeProvider.System.GetTimestamp() < end; round--)
            {
                await ProduceAsync(sender.Outbox, count: 20 + random.Next(60));
                await TroubleAsync(mosquitto, cable, consumer);
            }

            // A kill: what was on its way is forgotten, and what was not flushed is gone.
            await sender.DisposeAsync();
            disk.LosePower(random);
        }

        await using (var last = new Sender(disk, cable.Port))
        {
            await UntilAsync(() => last.Outbox.Waiting(Reader) == 0, $"{last.Outbox.Waiting(Reader)} still wait");
            await UntilAsync(() => arrived.IsSupersetOf(taken), "not all arrived");
        }

        await stop.CancelAsync();
        await consuming;
        Assert.Subset(arrived, taken);
        Assert.All(check.Streams.Values, state => Assert.Equal(0, state.Lost));
        Assert.True(troubles > 3 && taken.Count > 200, $"{troubles} troubles, {taken.Count} messages");
    }

    private async Task ProduceAsync(DurableOutbox outbox, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"message {++number}");
            if (outbox.Write([Outboxes.Metric($"t/{random.Next(5)}", text)], Outboxes.Time).IsComplete)
            {
                lock (arrived)
                {
                    taken.Add(text);
                }
            }

            await Task.Yield();
        }
    }

    private async Task TroubleAsync(Mosquitto mosquitto, Cable cable, MqttClient consumer)
    {
        troubles++;
        switch (random.Next(5))
        {
            case < 3:
                cable.Cut();
                cable.Mend();
                break;
            case 3:
                await mosquitto.StopAsync();
                await mosquitto.StartAgainAsync();
                break;
            default:
                // A killed broker forgets what it has acknowledged and not delivered: that is its loss, not ours, so it has nothing then.
                cable.Cut();
                await QuietAsync();
                await mosquitto.KillAsync();
                await mosquitto.StartAgainAsync();
                await UntilAsync(() => consumer.IsConnected, "the consumer does not come back");
                cable.Mend();
                break;
        }
    }

    /// <summary>Waits until nothing arrives any more.</summary>
    private async Task QuietAsync()
    {
        var (before, calm) = (-1, 0);
        await UntilAsync(
            () =>
            {
                calm = before == arrived.Count ? calm + 1 : 0;
                before = arrived.Count;
                return calm >= 15;
            },
            "messages come without end"
        );
    }

    private async Task ConsumeAsync(MqttClient consumer, CancellationToken stop)
    {
        try
        {
            await foreach (var message in consumer.MessagesAsync(stop))
            {
                lock (arrived)
                {
                    if (check.Take(message) == Verdict.New)
                    {
                        Assert.True(arrived.Add(message.Text), $"{message.Text} came twice");
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task UntilAsync(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            lock (arrived)
            {
                if (holds())
                {
                    return;
                }
            }

            Assert.False(patience.IsCancellationRequested, what);
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    private static MqttClient Client(int port, string id, params string[] filters) =>
        new(
            new MqttClientOptions("127.0.0.1", port, id)
            {
                BackoffMin = TimeSpan.FromMilliseconds(20),
                BackoffMax = TimeSpan.FromMilliseconds(200),
                SessionExpiry = filters.Length > 0 ? TimeSpan.FromHours(1) : TimeSpan.Zero,
                Subscriptions = [.. filters.Select(filter => new MqttSubscription(filter))],
            },
            TimeProvider.System,
            new SeededRandom(1)
        );

    private static double Seconds() =>
        double.Parse(
            Environment.GetEnvironmentVariable("HOLDFAST_OUTAGE_SECONDS") ?? "8",
            CultureInfo.InvariantCulture
        );

    private static ulong Seed() =>
        ulong.Parse(Environment.GetEnvironmentVariable("HOLDFAST_SEED") ?? "1", CultureInfo.InvariantCulture);

    private sealed class Sender : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly MqttClient client;
        private readonly FeedPump pump;
        private readonly Task running;
        private bool isEnded;

        public Sender(MemoryFolder disk, int port)
        {
            Outbox = Outboxes.Open(disk, Reader, new OutboxLimits { BallastBytes = 0, SegmentBytes = 20_000 });
            client = Client(port, "sender");
            var feed = new OutboxFeed(Outbox, Reader, new FeedOptions());
            pump = new FeedPump(
                client,
                Outbox,
                feed,
                one => feed.ToSend(one),
                TimeProvider.System.GetUtcNow,
                TimeProvider.System
            );
            running = Task.WhenAll(pump.RunAsync(stop.Token), WatchAsync());
        }

        public DurableOutbox Outbox { get; }

        public async ValueTask DisposeAsync()
        {
            if (isEnded)
            {
                return;
            }

            isEnded = true;
            await stop.CancelAsync();
            await running;
            await client.DisposeAsync();
            stop.Dispose();
        }

        private async Task WatchAsync()
        {
            try
            {
                await foreach (var change in client.ConnectionChangesAsync(stop.Token))
                {
                    if (change.Connected)
                    {
                        pump.Open();
                    }
                    else
                    {
                        pump.Close();
                    }
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Killed.
            }
        }
    }
}
