using System.Net.Http.Headers;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>A client of the stream, message by message. While it waits it moves the face's clock and the rack's, as time would.</summary>
internal sealed class StreamReading : IAsyncDisposable
{
    private readonly RunningFace face;
    private readonly HttpResponseMessage reply;
    private readonly StreamReader reader;

    private StreamReading(RunningFace face, HttpResponseMessage reply, StreamReader reader) =>
        (this.face, this.reply, this.reader) = (face, reply, reader);

    /// <summary>Opens it and takes the rack's document, which comes first.</summary>
    public static async Task<StreamReading> OpenAsync(RunningFace face, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var reply = await face.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
        return new StreamReading(face, reply, new StreamReader(await reply.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next message: its lines without the empty one that ends it; null at the end of the stream.</summary>
    /// <param name="pace">How far the clock moves at a time while there is none.</param>
    /// <param name="stalled">The controller decides nothing meanwhile.</param>
    public async Task<string?> NextAsync(TimeSpan pace, bool stalled = false)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var lines = new List<string>();
        while (true)
        {
            var line = reader.ReadLineAsync(patience.Token).AsTask();
            while (!line.IsCompleted)
            {
                if (!stalled)
                {
                    face.Rack.Tick();
                }

                face.Clock.Advance(pace);
                await Task.Yield();
            }

            switch (await line)
            {
                case null:
                    return null;
                case "":
                    return string.Join('\n', lines);
                case { } text:
                    lines.Add(text);
                    break;
            }
        }
    }

    /// <summary>The next message that is not the heartbeat.</summary>
    public async Task<string> NextMessageAsync()
    {
        while (true)
        {
            var message = await NextAsync(TimeSpan.FromMilliseconds(100)) ?? throw new EndOfStreamException();
            if (!message.StartsWith("event: alive", StringComparison.Ordinal))
            {
                return message;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        reply.Dispose();
        return ValueTask.CompletedTask;
    }
}
