using System.Net;
using System.Text.Json;
using Holdfast.Firmware.Http;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>Server-sent events: the rack when it changed, and every event once.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task The_rack_comes_first_and_again_when_it_changes()
    {
        await using var face = await RunningFace.StartAsync();
        await using var stream = await StreamReading.OpenAsync(face);
        Assert.Equal("unknown", StateOf(await stream.NextMessageAsync()));
        face.Rack.ShowNode("node-01", NodeState.Waking);
        Assert.Equal("waking", StateOf(await stream.NextMessageAsync()));
        face.Rack.ShowNode("node-01", NodeState.On);
        Assert.Equal("on", StateOf(await stream.NextMessageAsync()));
    }

    [Fact]
    public async Task The_clock_alone_is_no_change()
    {
        await using var face = await RunningFace.StartAsync();
        await using var stream = await StreamReading.OpenAsync(face);
        await stream.NextMessageAsync();
        for (var i = 0; i < 20; i++)
        {
            face.Rack.Tick();
            face.Clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        face.Rack.Happen("the next message");
        Assert.StartsWith("event: event\n", await stream.NextMessageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_come_with_their_sequence_as_id()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.Happen("before");
        await using var stream = await StreamReading.OpenAsync(face);
        await stream.NextMessageAsync();
        face.Rack.Happen("first");
        face.Rack.Happen("second");
        var (id, text) = EventOf(await stream.NextMessageAsync());
        Assert.Equal((2, "first"), (id, text));
        Assert.Equal((3, "second"), EventOf(await stream.NextMessageAsync()));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("2", 3)]
    [InlineData("99", 5)]
    [InlineData("-1", 5)]
    [InlineData("nonsense", 5)]
    public async Task Events_resume_where_the_client_left_off(string lastEventId, int first)
    {
        await using var face = await RunningFace.StartAsync();
        for (var i = 1; i <= 4; i++)
        {
            face.Rack.Happen($"event {i}");
        }

        await using var stream = await StreamReading.OpenAsync(face, lastEventId);
        face.Rack.Happen("event 5");
        for (var sequence = first; sequence <= 5; sequence++)
        {
            Assert.Equal((sequence, $"event {sequence}"), EventOf(await NextEventAsync(stream)));
        }
    }

    [Fact]
    public async Task A_quiet_stream_shows_that_it_lives()
    {
        await using var face = await RunningFace.StartAsync();
        await using var stream = await StreamReading.OpenAsync(face);
        await stream.NextMessageAsync();
        Assert.StartsWith("event: alive\n", await stream.NextAsync(TimeSpan.FromSeconds(5)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_controller_that_decides_nothing_is_not_shown_as_alive()
    {
        await using var face = await RunningFace.StartAsync();
        await using var stream = await StreamReading.OpenAsync(face);
        await stream.NextMessageAsync();

        // What was written before the stall may still be on its way; once it is read, there are comments only.
        const int OnItsWayMax = 1000;
        var comments = 0;
        for (var i = 0; i < OnItsWayMax && comments < 8; i++)
        {
            var message = await stream.NextAsync(TimeSpan.FromSeconds(5), stalled: true);
            comments = message!.StartsWith(':') ? comments + 1 : 0;
        }

        Assert.Equal(8, comments);
    }

    [Fact]
    public async Task There_is_an_end_to_the_number_of_streams()
    {
        await using var face = await RunningFace.StartAsync();
        var streams = new List<StreamReading>();
        for (var i = 0; i < EventStream.StreamsMax; i++)
        {
            streams.Add(await StreamReading.OpenAsync(face));
        }

        using (var refused = await face.GetAsync("/api/v1/stream"))
        {
            var remedy = await RunningFace.ProblemAsync(HttpStatusCode.ServiceUnavailable, refused);
            Assert.Contains("32 streams", remedy, StringComparison.Ordinal);
        }

        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }

        await UntilOneIsFreeAsync(face);
    }

    [Fact]
    public async Task An_open_stream_does_not_hold_up_the_end_of_the_appliance()
    {
        await using var face = await RunningFace.StartAsync();
        await using var stream = await StreamReading.OpenAsync(face);
        await stream.NextMessageAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await face.StopAsync(patience.Token);
        Assert.False(patience.IsCancellationRequested);
    }

    private static async Task UntilOneIsFreeAsync(RunningFace face)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            face.Rack.Tick();
            face.Clock.Advance(TimeSpan.FromSeconds(15));
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream");
            using var reply = await face.Http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                patience.Token
            );
            if (reply.StatusCode == HttpStatusCode.OK)
            {
                return;
            }
        }
    }

    private static async Task<string> NextEventAsync(StreamReading stream)
    {
        while (true)
        {
            var message = await stream.NextMessageAsync();
            if (message.StartsWith("event: event\n", StringComparison.Ordinal))
            {
                return message;
            }
        }
    }

    private static string? StateOf(string message)
    {
        Assert.StartsWith("event: rack\ndata: ", message, StringComparison.Ordinal);
        return Data(message).GetProperty("nodes")[0].GetProperty("state").GetString();
    }

    private static (int Id, string? Text) EventOf(string message)
    {
        var lines = message.Split('\n');
        Assert.Equal("event: event", lines[0]);
        var document = Data(message);
        Assert.Equal($"id: {document.GetProperty("sequence")}", lines[1]);
        return (document.GetProperty("sequence").GetInt32(), document.GetProperty("text").GetString());
    }

    private static JsonElement Data(string message) =>
        JsonDocument.Parse(message[(message.IndexOf("data: ", StringComparison.Ordinal) + 6)..]).RootElement;
}
