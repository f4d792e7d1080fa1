using System.Threading.Channels;
using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Sparkplug.Edge;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>An outage, a restart in it, and what the hosts then hear.</summary>
public sealed class HistoryLinkTests
{
    private readonly MemoryFolder disk = new();
    private readonly ManualTimeProvider clock = new();
    private readonly EdgeRig rack = new();

    [Fact]
    public async Task What_happened_in_an_outage_before_a_restart_is_told_after_the_births_as_history_in_order()
    {
        await using (var before = new Running(this, new FakeClient()))
        {
            await before.StepAsync(1);
            await before.StepAsync(20);
            foreach (var celsius in new[] { 30, 35, 40 })
            {
                await before.StepAsync(5, Telemetry.Of("zone-a", "temperature", Celsius(celsius)));
            }
        }

        disk.LosePower(new SeededRandom(3));
        var client = new FakeClient();
        client.Connect();
        await using var after = new Running(this, client);
        var heard = new List<Sent>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            await after.StepAsync(1);
            while (await client.HasNextAsync(TimeSpan.FromMilliseconds(20)))
            {
                heard.Add(new Sent(await client.NextAsync()));
            }
        } while (!heard.Exists(one => one.Verb == SparkplugVerb.DDATA));

        var births = heard.TakeWhile(one => one.Verb is SparkplugVerb.NBIRTH or SparkplugVerb.DBIRTH).ToList();
        var alias = births.Single(one => one.Device == "zone-a")["temperature"].Alias;
        var history = heard.Skip(births.Count).SelectMany(one => one.Payload.Metrics).ToList();
        Assert.All(history, metric => Assert.True(metric.IsHistorical));
        Assert.Equal(
            [24.5, 30, 35, 40],
            heard
                .Where(one => one.Device == "zone-a")
                .Skip(1)
                .SelectMany(one => one.Payload.Metrics)
                .Where(metric => metric.Alias == alias)
                .Select(metric => metric.DoubleValue)
        );
        Assert.Equal(Enumerable.Range(0, heard.Count), heard.Select(one => (int)one.Payload.Seq));
    }

    private static Reading Celsius(double value) => Reading.Good(new Celsius(value), default);

    /// <summary>A link at work whose clock the test moves.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly HistoryLinkTests test;
        private readonly Channel<bool> steps = Channel.CreateUnbounded<bool>();
        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        public Running(HistoryLinkTests test, FakeClient client)
        {
            this.test = test;
            var link = new SparkplugLink(
                new SparkplugEdge(EdgeRig.Plan, new BirthDeathSequence(test.disk)),
                _ => client,
                new MqttClientOptions("broker", 1883, "edge"),
                Telemetry,
                new Gates(new FakeRack()).Gate,
                EdgeRig.HistoryOn(test.disk),
                test.clock.GetUtcNow,
                test.clock
            );
            running = link.RunAsync(stop.Token);
        }

        /// <summary>What is told now is heard at the step after the time, which has ended when this returns.</summary>
        public async Task StepAsync(double seconds, params Telemetry[] told)
        {
            lock (test.rack)
            {
                Array.ForEach(told, test.rack.Tell);
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            test.clock.Advance(TimeSpan.FromSeconds(seconds));
            await steps.Reader.ReadAsync(patience.Token);
            test.clock.Advance(TimeSpan.FromSeconds(1));
            await steps.Reader.ReadAsync(patience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
        }

        private IReadOnlyList<Telemetry> Telemetry()
        {
            steps.Writer.TryWrite(true);
            lock (test.rack)
            {
                return [.. test.rack.Rack.Values];
            }
        }
    }
}
