using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Holdfast.Firmware.Appliance;

namespace Holdfast.Firmware.Http;

/// <summary>
/// Server-sent events (HTML Living Standard §9.2): the rack's document when it changed, at most twice a second, and every event from where the
/// client left off; "alive" when nothing else was said for a while. A slow reader gets fewer documents, never old ones.
/// </summary>
internal sealed class EventStream(IAppliance appliance)
{
    /// <summary>A technician's phone, a screen on the wall and some scripts; each costs a connection and a task.</summary>
    public const int StreamsMax = 32;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    /// <summary>A page counts on it: a link that is silent for longer is lost, and what it shows is old.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private static readonly byte[] Alive = "event: alive\ndata: {}\n\n"u8.ToArray();

    private const int BatchMax = 100;

    private int open;

    public async Task ServeAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref open) > StreamsMax)
        {
            Interlocked.Decrement(ref open);
            await Problems.WriteAsync(
                context,
                Problems.Busy($"There are {StreamsMax} streams open already. Close one.")
            );
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            context.Response.ContentType = "text/event-stream";
            await WriteAllAsync(context, stop.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
        finally
        {
            await stop.CancelAsync();
            Interlocked.Decrement(ref open);
        }
    }

    private async Task WriteAllAsync(HttpContext context, CancellationToken stop)
    {
        var resume = context.Request.Headers["Last-Event-ID"].ToString();
        var after = long.TryParse(resume, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last
            : appliance.LastEventSequence;
        // One message at a time: both producers wait until the client has taken theirs.
        var messages = Channel.CreateBounded<byte[]>(1);
        var producers = Task.WhenAll(RackAsync(messages.Writer, stop), HappenAsync(messages.Writer, after, stop));
        while (!producers.IsCompleted)
        {
            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(stop);
            quiet.CancelAfter(Heartbeat);
            byte[] message;
            try
            {
                message = await messages.Reader.ReadAsync(quiet.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                message = Alive;
            }

            await context.Response.Body.WriteAsync(message, stop);
            await context.Response.Body.FlushAsync(stop);
        }

        await producers;
    }

    private async Task RackAsync(ChannelWriter<byte[]> messages, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Between);
        byte[] previous = [];
        do
        {
            var document = ApiDocuments.Of(appliance.Plan, appliance.View);
            // The clock alone is no change.
            var content = JsonSerializer.SerializeToUtf8Bytes(
                document with
                {
                    Time = default,
                },
                ApiJson.Default.RackDocument
            );
            if (!content.AsSpan().SequenceEqual(previous))
            {
                previous = content;
                var body = JsonSerializer.SerializeToUtf8Bytes(document, ApiJson.Default.RackDocument);
                await messages.WriteAsync([.. "event: rack\ndata: "u8, .. body, .. "\n\n"u8], stop);
            }
        } while (await timer.WaitForNextTickAsync(stop));
    }

    private async Task HappenAsync(ChannelWriter<byte[]> messages, long after, CancellationToken stop)
    {
        while (true)
        {
            foreach (var happened in await appliance.NextEventsAsync(after, BatchMax, stop))
            {
                var body = JsonSerializer.Serialize(ApiDocuments.Of(happened), ApiJson.Default.EventDocument);
                var text = string.Create(
                    CultureInfo.InvariantCulture,
                    $"event: event\nid: {happened.Sequence}\ndata: {body}\n\n"
                );
                await messages.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), stop);
                after = happened.Sequence;
            }
        }
    }
}
