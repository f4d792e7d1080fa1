using Holdfast.Gateway.Bridge;
using Holdfast.Gateway.Consumer;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Bridge;

/// <summary>A bridge between strangers' brokers: what was published on one side arrives on the other, through an outage, and no further.</summary>
public sealed class BridgeTests
{
    private static readonly BridgePlan Plan = new(
        "region",
        [new UpRule("rack/+/+/state", MessageClass.State), new UpRule("rack/#", MessageClass.Metric)],
        [new DownRule("hub/command/#", "hub/", "rack/")]
    );

    [Fact]
    public async Task Messages_go_up_and_commands_come_down_between_two_mosquittos()
    {
        await using var near = await Mosquitto.StartAsync();
        await using var far = await Mosquitto.StartAsync();
        await using var bridge = await Rig.StartAsync(near.Port, (far.Port, MqttVersion.V5));
        await using var hub = await ConsumeAsync(far.Port, "rack/#");
        await using var rack = await ConsumeAsync(near.Port, "rack/command/#");
        await MosquittoPub.RunAsync(near.Port, "-q", "1", "-t", "rack/r1/n1/state", "-m", "on");
        await MosquittoPub.RunAsync(far.Port, "-q", "1", "-t", "hub/command/wake", "-m", "n1");

        var state = await hub.NextAsync();
        Assert.Equal(
            ("rack/r1/n1/state", "on", "state"),
            (state.Topic, state.Text, state.Property(MessageIdentity.ClassProperty))
        );
        Assert.Equal("1", state.Property(MessageIdentity.SequenceProperty));
        var command = await rack.NextAsync();
        Assert.Equal(("rack/command/wake", "n1"), (command.Topic, command.Text));
        // The command's topic is one of those that go up: it stops here.
        Assert.Equal(0, bridge.Outbox.Waiting(MqttBridge.FailoverReader));
    }

    [Fact]
    public async Task What_was_published_while_the_upstream_broker_was_gone_arrives_with_the_last_state_retained()
    {
        await using var near = await Mosquitto.StartAsync();
        await using var far = await Mosquitto.StartAsync();
        await using var cable = new Cable(far.Port);
        await using var bridge = await Rig.StartAsync(near.Port, (cable.Port, MqttVersion.V5));
        cable.Cut();
        for (var i = 0; i < 20; i++)
        {
            await MosquittoPub.RunAsync(near.Port, "-q", "1", "-t", "rack/r1/n1/state", "-m", $"s{i}");
        }

        await bridge.KeptAsync(20);
        await using var hub = await ConsumeAsync(far.Port, "rack/#");
        cable.Mend();
        var check = new SequenceCheck([Outboxes.Key]);
        var got = new List<MqttMessage>();
        while (got.Count < 20)
        {
            var message = await hub.NextAsync();
            if (check.Take(message) == Verdict.New)
            {
                got.Add(message);
            }
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"s{i}"), got.Select(message => message.Text));
        Assert.Equal("1", got[0].Property(MessageIdentity.HistoricalProperty));
        await using var late = await ConsumeAsync(far.Port, "rack/#");
        Assert.Equal("s19", (await late.NextAsync()).Text);
    }

    [Fact]
    public async Task What_is_retained_on_one_side_is_on_the_other_and_is_cleared_with_it()
    {
        await using var near = await Mosquitto.StartAsync();
        await using var far = await Mosquitto.StartAsync();
        await using var bridge = await Rig.StartAsync(near.Port, (far.Port, MqttVersion.V5));
        await using var hub = await ConsumeAsync(far.Port, "rack/#");
        string[] up = ["-q", "1", "-t", "rack/label"];
        await MosquittoPub.RunAsync(near.Port, [.. up, "-r", "-m", "kept"]);
        await MosquittoPub.RunAsync(near.Port, "-q", "1", "-t", "rack/x", "-m", "passing");
        Assert.Equal(("kept", "passing"), ((await hub.NextAsync()).Text, (await hub.NextAsync()).Text));
        await using (var late = await ConsumeAsync(far.Port, "rack/#"))
        {
            var kept = await late.NextAsync();
            Assert.Equal(("rack/label", "kept", true), (kept.Topic, kept.Text, kept.Retain));
            await MosquittoPub.RunAsync(near.Port, [.. up, "-r", "-n"]);
            // Of what passed there was nothing.
            Assert.Equal("", (await late.NextAsync()).Text);
        }

        await MosquittoPub.RunAsync(far.Port, "-q", "1", "-r", "-t", "hub/command/note", "-m", "down");
        await MosquittoPub.RunAsync(far.Port, "-q", "1", "-t", "hub/command/end", "-m", "end");
        await using var rack = await ConsumeAsync(near.Port, "rack/command/#");
        var down = await rack.NextAsync();
        Assert.Equal(("rack/command/note", "down"), (down.Topic, down.Text));
    }

    [Fact]
    public async Task When_the_first_upstream_broker_is_gone_the_second_gets_the_messages()
    {
        await using var near = await Mosquitto.StartAsync();
        await using var first = await Mosquitto.StartAsync();
        await using var second = await Mosquitto.StartAsync();
        await using var bridge = await Rig.StartAsync(
            near.Port,
            (first.Port, MqttVersion.V5),
            (second.Port, MqttVersion.V5)
        );
        await using var hub = await ConsumeAsync(second.Port, "rack/#");
        await first.KillAsync();
        await MosquittoPub.RunAsync(near.Port, "-q", "1", "-t", "rack/x", "-m", "over there");

        Assert.Equal("over there", (await hub.NextAsync()).Text);
    }

    [Fact]
    public async Task RabbitMQ_gets_each_message_in_an_envelope_with_its_number()
    {
        await using var near = await Mosquitto.StartAsync();
        await using var far = await RabbitMq.StartAsync();
        await using var bridge = await Rig.StartAsync(near.Port, (far.Port, MqttVersion.V311));
        await using var hub = await ConsumeAsync(far.Port, "rack/#", MqttVersion.V311);
        var check = new SequenceCheck([Outboxes.Key]);
        for (var i = 0; i < 50; i++)
        {
            await MosquittoPub.RunAsync(near.Port, "-q", "1", "-t", "rack/r1/power", "-m", $"{i}");
        }

        var got = new List<string>();
        while (got.Count < 50)
        {
            var message = Envelope.Open(await hub.NextAsync());
            if (check.Take(message) == Verdict.New)
            {
                got.Add(message.Text);
            }
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), got);
    }

    private static async Task<Consumer> ConsumeAsync(int port, string filter, MqttVersion version = MqttVersion.V5)
    {
        var client = new MqttClient(
            Options(port, $"c{Guid.NewGuid():N}"[..20], filter) with
            {
                Version = version,
            },
            TimeProvider.System,
            new SeededRandom(1)
        );
        await ConnectedAsync(client);
        return new Consumer(client);
    }

    private static MqttClientOptions Options(int port, string id, params string[] filters) =>
        new("127.0.0.1", port, id)
        {
            BackoffMin = TimeSpan.FromMilliseconds(20),
            BackoffMax = TimeSpan.FromMilliseconds(100),
            Subscriptions = [.. filters.Select(filter => new MqttSubscription(filter))],
        };

    private static async Task ConnectedAsync(MqttClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!client.IsConnected)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }

    private sealed class Consumer : IAsyncDisposable
    {
        private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        private readonly MqttClient client;
        private readonly IAsyncEnumerator<MqttMessage> messages;

        public Consumer(MqttClient client)
        {
            this.client = client;
            messages = client.MessagesAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        }

        public async Task<MqttMessage> NextAsync()
        {
            Assert.True(await messages.MoveNextAsync());
            return messages.Current;
        }

        public async ValueTask DisposeAsync()
        {
            await messages.DisposeAsync();
            await client.DisposeAsync();
            patience.Dispose();
        }
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly List<MqttClient> clients;
        private readonly Task running;

        private Rig(int local, (int Port, MqttVersion Version)[] upstream)
        {
            var near = new MqttClient(
                Options(local, "bridge") with
                {
                    SessionExpiry = TimeSpan.FromHours(1),
                    Subscriptions = Plan.OfLocal(MqttVersion.V5),
                },
                TimeProvider.System,
                new SeededRandom(1)
            );
            clients =
            [
                near,
                .. upstream.Select(one => new MqttClient(
                    Options(one.Port, "bridge") with
                    {
                        Version = one.Version,
                        Subscriptions = Plan.OfUpstream(one.Version),
                    },
                    TimeProvider.System,
                    new SeededRandom(2)
                )),
            ];
            UplinkOptions[] uplinks =
            [
                .. upstream.Select((one, i) => new UplinkOptions($"up{i}", one.Version == MqttVersion.V311)),
            ];
            Outbox = Outboxes.Open(new MemoryFolder(), MqttBridge.FailoverReader);
            running = new MqttBridge(
                Plan,
                near,
                [.. uplinks.Zip(clients.Skip(1), (one, client) => (one, (IMqttClient)client))],
                UplinkMode.Failover,
                Outbox,
                TimeProvider.System.GetUtcNow,
                TimeProvider.System,
                _ => { }
            ).RunAsync(stop.Token);
        }

        public DurableOutbox Outbox { get; }

        public static async Task<Rig> StartAsync(int local, params (int Port, MqttVersion Version)[] upstream)
        {
            var rig = new Rig(local, upstream);
            foreach (var client in rig.clients)
            {
                await ConnectedAsync(client);
            }

            return rig;
        }

        /// <summary>Waits until so many messages are on the disk.</summary>
        public async Task KeptAsync(int count)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (Outbox.End <= count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }

            stop.Dispose();
        }
    }
}
