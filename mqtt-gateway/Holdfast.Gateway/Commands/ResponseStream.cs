using System.Threading.Channels;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Commands;

/// <summary>
/// Answers one request: with its final outcome, or, where that was asked for, with all that it comes to until then. Holds at most
/// <see cref="WaitingMax"/> steps while the broker is slow; the oldest go first, the final one never.
/// </summary>
internal sealed class ResponseStream
{
    private const int WaitingMax = 16;

    private readonly CommandRequest request;
    private readonly IMqttClient client;
    private readonly Func<DateTimeOffset> wallTime;
    private readonly TimeProvider clock;
    private readonly MonotonicTime begun;
    private readonly Channel<GatewayReply> steps = Channel.CreateBounded<GatewayReply>(
        new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
    );

    public ResponseStream(
        CommandRequest request,
        string id,
        IMqttClient client,
        Func<DateTimeOffset> wallTime,
        TimeProvider clock
    )
    {
        (this.request, Id, this.client, this.wallTime, this.clock) = (request, id, client, wallTime, clock);
        begun = clock.Now;
    }

    public string Id { get; }

    /// <summary>It has come to this.</summary>
    public void Tell(GatewayReply step) => steps.Writer.TryWrite(step with { Status = 202 });

    public async Task AnswerAsync(Task<GatewayReply> pending, CancellationToken cancellationToken)
    {
        try
        {
            var part = 0;
            var ended = EndAsync(pending);
            await foreach (var step in steps.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (request.IsStreamed)
                {
                    await SendAsync(step, part++, cancellationToken).ConfigureAwait(false);
                }
            }

            await ended.ConfigureAwait(false);
            var reply = await pending.ConfigureAwait(false);
            await SendAsync(reply, request.IsStreamed ? part : null, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The gateway is stopping; the caller asks again.
        }
    }

    private async Task EndAsync(Task<GatewayReply> pending)
    {
        await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        steps.Writer.Complete();
    }

    private async Task SendAsync(GatewayReply reply, int? part, CancellationToken cancellationToken)
    {
        // What the asker waits for no longer is not sent: the broker would keep it for nobody (command-timeouts.md of iot-operations-sdks).
        var left = request.IsStrict && request.Expiry is { } expiry ? expiry - (clock.Now - begun) : (TimeSpan?)null;
        if (left <= TimeSpan.Zero || !CommandRequest.MayAnswer(request.ResponseTopic))
        {
            return;
        }

        var response = ResponseForm.Of(
            request,
            Id,
            reply,
            wallTime(),
            part,
            left is { } span ? WholeSeconds(span) : null
        );
        await client.PublishAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private static TimeSpan WholeSeconds(TimeSpan span) => TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds));
}
