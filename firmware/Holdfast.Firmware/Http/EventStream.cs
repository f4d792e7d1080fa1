using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Holdfast.Firmware.Appliance;

namespace Holdfast.Firmware.Http;

/// <summary>
/// Server-sent events (HTML Living Standard §9.2): the rack's document when it changed, at most twice a second, and every event from where the
/// client left off; "alive" when nothing else was said for a while. A slow reader gets fewer documents, never old ones. While the controller
/// decides nothing there is nothing but comments, which clients do not hear: the last picture must not pass for the present one.
/// </summary>
internal sealed class EventStream(IAppliance appliance, TimeProvider clock, CancellationToken stopping)
{
    /// <summary>A technician's phone, a screen on the wall and some scripts; each costs a connection and a task.</summary>
    public const int StreamsMax = 32;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    /// <summary>A page counts on it: a link that is silent for longer is lost, and what it shows is old.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private static readonly byte[] Alive = "event: alive\ndata: {}\n\n"u8.ToArray();

    private static readonly byte[] Stalled = ": the controller decides nothing\n\n"u8.ToArray();

    private const int BatchMax = 100;

    private int open;

    public async Task ServeAsync(HttpContext context, string? lastEventId)
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

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(stop.Token);
            await WriteAllAsync(context, After(lastEventId), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has gone, or the appliance stops.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task WriteAllAsync(HttpContext context, long after, CancellationTokenSource stop)
    {
        // One message at a time: both producers wait until the client has taken theirs.
        var messages = Channel.CreateBounded<byte[]>(1);
        Task[] producers = [RackAsync(messages.Writer, stop.Token), HappenAsync(messages.Writer, after, stop.Token)];
        try
        {
            // A producer that broke ends the stream; the client comes again and asks for what it missed.
            while (!producers.Any(producer => producer.IsCompleted))
            {
                await context.Response.Body.WriteAsync(await NextAsync(messages.Reader, stop.Token), stop.Token);
                await context.Response.Body.FlushAsync(stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(producers);
        }
    }

    /// <summary>Where the client left off; now, where it does not say, or says a sequence that this rack has not reached.</summary>
    private long After(string? lastEventId)
    {
        var newest = appliance.LastEventSequence;
        return long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? Math.Min(last, newest)
            : newest;
    }

    private async Task<byte[]> NextAsync(ChannelReader<byte[]> messages, CancellationToken stop)
    {
        var version = appliance.View.Version;
        using var quiet = new CancellationTokenSource(Heartbeat, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, quiet.Token);
        try
        {
            return await messages.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return appliance.View.Version > version ? Alive : Stalled;
        }
    }

    private async Task RackAsync(ChannelWriter<byte[]> messages, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Between, clock);
        byte[] previous = [];
        await appliance.NextViewAsync(appliance.View.Version, stop);
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
