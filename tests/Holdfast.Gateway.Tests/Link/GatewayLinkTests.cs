using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Tests.Commands;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Link;

/// <summary>The link over a connection that the test makes and breaks, in the test's own time.</summary>
public sealed class GatewayLinkTests : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly ManualTimeProvider clock = new();
    private readonly FakeClient client = new();
    private readonly FakeRack rack = new() { Always = new GatewayReply(200, "done", "on", "n1 is on") };
    private readonly EventStore store;
    private readonly DurableOutbox outbox = Outboxes.Open(new MemoryFolder(), GatewayLink.Reader);
    private readonly EventHandover handover;
    private readonly CancellationTokenSource stop = new();
    private readonly GatewayLink link;
    private readonly Task running;
    private volatile string state = "off";

    public GatewayLinkTests()
    {
        var folder = new MemoryFolder();
        store = new EventStore(folder);
        handover = new EventHandover(store, outbox, new RackTopics(new RackId("r1")));
        link = new GatewayLink(
            new RackTopics(new RackId("r1")),
            client,
            handover,
            outbox,
            () => [Telemetry.Of("n1", "state", state), Telemetry.Of("power", "source", "grid")],
            new Gates(rack, folder, clock, twins: false).Commands,
            clock.GetUtcNow,
            clock
        );
        running = link.RunAsync(stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    [Fact]
    public async Task The_birth_comes_first_then_the_state_of_everything_then_the_events()
    {
        Record(1, 2);
        client.Connect();

        await ExpectAsync("controller/state online", "n1/state off", "power/source grid", "event 1", "event 2");
    }

    [Fact]
    public async Task Then_only_what_changes_is_sent()
    {
        client.Connect();
        await ExpectAsync("controller/state online", "n1/state off", "power/source grid");
        state = "waking";
        await ExpectAsync("n1/state waking");
        state = "on";
        await ExpectAsync("n1/state on");
    }

    [Fact]
    public async Task After_a_reconnect_everything_is_told_again_but_no_event_that_was_taken()
    {
        Record(1, 2);
        client.Connect();
        await ExpectAsync("controller/state online", "n1/state off", "power/source grid", "event 1", "event 2");
        await client.DisconnectAsync();
        Record(3, 3);
        client.Connect();

        await ExpectAsync("controller/state online", "n1/state off", "power/source grid", "event 3");
        Assert.Equal(0, link.Waiting);
    }

    [Theory]
    [InlineData(PublishResult.NotDelivered)]
    [InlineData(PublishResult.Refused)]
    public async Task An_event_that_was_not_taken_is_sent_again(PublishResult fate)
    {
        var refused = 0;
        client.Fate = message =>
            message.Topic.EndsWith("event", StringComparison.Ordinal) && Interlocked.Increment(ref refused) <= 2
                ? fate
                : PublishResult.Delivered;
        Record(1, 2);
        client.Connect();
        await ExpectAsync("controller/state online", "n1/state off", "power/source grid");

        await ExpectAsync("event 1", "event 2");
    }

    [Fact]
    public async Task A_command_is_answered_with_what_was_observed()
    {
        client.Connect();
        client.Receive(CommandFormTests.Request("wake") with { ResponseTopic = "answers" });
        var command = await rack.NextAsync();
        Assert.Equal(("n1", "wake"), (command.Target, command.Verb));

        for (var message = await client.NextAsync(); message.Topic != "answers"; message = await client.NextAsync()) { }
    }

    [Fact]
    public async Task A_part_that_breaks_ends_the_link_with_its_error()
    {
        await using var broken = new FakeClient();
        var other = new GatewayLink(
            new RackTopics(new RackId("r2")),
            broken,
            handover,
            outbox,
            () => throw new InvariantViolationException("telemetry"),
            new Gates(new BrokenRack(), twins: false).Commands,
            clock.GetUtcNow,
            clock
        );
        broken.Connect();
        var ending = other.RunAsync(stop.Token);
        for (var tick = 0; tick < 200 && await Task.WhenAny(ending, broken.HasNextAsync(Beat)) != ending; tick++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        await Assert.ThrowsAsync<InvariantViolationException>(() => ending);
    }

    [Fact]
    public async Task A_command_that_breaks_the_rack_ends_the_link_with_its_error()
    {
        await using var broken = new FakeClient();
        var other = new GatewayLink(
            new RackTopics(new RackId("r1")),
            broken,
            handover,
            outbox,
            () => [],
            new Gates(new BrokenRack(), twins: false).Commands,
            clock.GetUtcNow,
            clock
        );
        broken.Receive(CommandFormTests.Request("wake"));
        broken.Receive(CommandFormTests.Request("wake"));

        await Assert.ThrowsAsync<InvariantViolationException>(() => other.RunAsync(stop.Token));
    }

    [Fact]
    public async Task At_the_end_it_says_that_it_goes()
    {
        client.Connect();
        await ExpectAsync("controller/state online", "n1/state off", "power/source grid");
        await stop.CancelAsync();

        await ExpectAsync("controller/state offline");
    }

    [Fact]
    public async Task What_happens_is_kept_while_the_broker_does_not_answer_the_birth()
    {
        var answer = new TaskCompletionSource();
        client.Answering = _ => answer.Task;
        client.Connect();
        await ExpectAsync("controller/state online");
        Record(1, 2);
        await UntilAsync(() => outbox.Source == 2);

        answer.SetResult();
        await ExpectAsync("n1/state off", "power/source grid", "event 1", "event 2");
    }

    [Fact]
    public async Task A_birth_that_is_answered_when_its_connection_is_gone_opens_none()
    {
        var answer = new TaskCompletionSource();
        client.Answering = _ => answer.Task;
        client.Connect();
        await ExpectAsync("controller/state online");
        await client.DisconnectAsync();
        Record(1, 1);
        answer.SetResult();
        await UntilAsync(() => outbox.Source == 1);
        client.ConnectUntold();
        for (var tick = 0; tick < 8; tick++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            Assert.False(await client.HasNextAsync(Beat), "something came before the birth");
        }

        client.Connect();
        await ExpectAsync("controller/state online", "n1/state off", "power/source grid", "event 1");
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        for (var tick = 0; tick < 200 && !isSo(); tick++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await client.HasNextAsync(Beat);
        }

        Assert.True(isSo());
    }

    private sealed class BrokenRack : IGatewayRack
    {
        public Task<GatewayReply> ExecuteAsync(
            GatewayCommand command,
            Action<GatewayReply> progress,
            CancellationToken cancellationToken
        ) => Task.FromException<GatewayReply>(new InvariantViolationException("rack"));
    }

    private void Record(long first, long last)
    {
        store.Append(Events.Of(first, last));
        store.Commit();
    }

    /// <summary>The next messages, a birth first and the others in any order; the clock ticks while there is none.</summary>
    private async Task ExpectAsync(params string[] expected)
    {
        var open = expected.ToList();
        while (open.Count > 0)
        {
            for (var tick = 0; tick < 200 && !await client.HasNextAsync(Beat); tick++)
            {
                clock.Advance(TimeSpan.FromMilliseconds(250));
            }

            var message = await client.NextAsync();
            if (!IsOldTelemetry(message))
            {
                var one = open.Find(text => Is(message, text));
                Assert.True(one is not null, $"{message.Topic} {message.Text} is none of {string.Join(", ", open)}");
                Assert.True(one == open[0] || open[0] != "controller/state online", $"{one} came before the birth");
                open.Remove(one);
            }
        }
    }

    private static bool Is(MqttMessage message, string text)
    {
        var parts = text.Split(' ');
        var word = parts[0] == "event" ? $"\"sequence\":{parts[1]}," : $":\"{parts[1]}\"";
        return message.Topic == $"rack/r1/{parts[0]}" && message.Text.Contains(word, StringComparison.Ordinal);
    }

    /// <summary>Of the time before the connection: it is told late, between everything else.</summary>
    private static bool IsOldTelemetry(MqttMessage message) =>
        message.Property(MessageIdentity.HistoricalProperty) == "1"
        && !message.Topic.EndsWith("/event", StringComparison.Ordinal);
}
