using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// Requests and their answers (MQTT 5.0 §4.10): one response topic of this connection's own, subscribed with the first request, and
/// correlation data for each request: those that it brings, else 16 random bytes.
/// </summary>
internal sealed class Requests(MqttClient client, MessageStreams streams) : IAsyncDisposable
{
    private const int CorrelationLength = 16;
    private const int CorrelationLengthMax = 64;

    /// <summary>Answers of one request that wait to be read; one more is dropped.</summary>
    private const int AnswersMax = 256;

    private readonly SemaphoreSlim opening = new(1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Channel<MqttMessage>> asked = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private string? responseTopic;
    private Task reading = Task.CompletedTask;

    /// <summary>Every answer, until for so long none came.</summary>
    public async IAsyncEnumerable<MqttMessage> AskAsync(
        MqttMessage request,
        TimeSpan patience,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var correlation = CorrelationOf(request);
        var answers = Channel.CreateBounded<MqttMessage>(
            new BoundedChannelOptions(AnswersMax) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        var key = Convert.ToHexString(correlation.Span);
        var topic = await ResponseTopicAsync(cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            asked.Add(key, answers);
        }

        try
        {
            var sent = request with { ResponseTopic = topic, CorrelationData = correlation };
            var outcome = await client.PublishAsync(sent, cancellationToken).ConfigureAwait(false);
            if (outcome.Result != PublishResult.Delivered)
            {
                throw new MqttException($"{request.Topic}: {outcome.Detail}");
            }

            while (await NextAsync(answers.Reader, patience, cancellationToken).ConfigureAwait(false) is { } answer)
            {
                yield return answer;
            }
        }
        finally
        {
            lock (gate)
            {
                asked.Remove(key);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
#pragma warning disable VSTHRD003 // Started by this object.
        await reading.ConfigureAwait(false);
#pragma warning restore VSTHRD003
        stop.Dispose();
        opening.Dispose();
    }

    private static ReadOnlyMemory<byte> CorrelationOf(MqttMessage request) =>
        request.CorrelationData.Length switch
        {
            0 => RandomNumberGenerator.GetBytes(CorrelationLength),
            <= CorrelationLengthMax => request.CorrelationData,
            _ => throw new ArgumentException(
                $"correlation data of more than {CorrelationLengthMax} bytes",
                nameof(request)
            ),
        };

    private static async Task<MqttMessage?> NextAsync(
        ChannelReader<MqttMessage> answers,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        using var late = new CancellationTokenSource(patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await answers.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException)
        {
            throw new MqttException("the client has ended");
        }
    }

    private async Task<string> ResponseTopicAsync(CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (responseTopic is null)
            {
                var start = client.ResponseInformation?.TrimEnd('/') ?? "reply";
                var topic = $"{start}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
                var stream = await streams
                    .OpenAsync(topic, MqttQos.AtLeastOnce, cancellationToken)
                    .ConfigureAwait(false);
                reading = Task.Run(() => ReadAsync(stream), CancellationToken.None);
                responseTopic = topic;
            }

            return responseTopic;
        }
        finally
        {
            opening.Release();
        }
    }

    private async Task ReadAsync(MessageStream stream)
    {
        try
        {
            while (await stream.NextAsync(stop.Token).ConfigureAwait(false) is { } answer)
            {
                HandOut(answer.Message);
                answer.Done();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Disposed.
        }
        finally
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            lock (gate)
            {
                foreach (var waiting in asked.Values)
                {
                    waiting.Writer.TryComplete();
                }
            }
        }
    }

    private void HandOut(MqttMessage answer)
    {
        lock (gate)
        {
            if (
                answer.CorrelationData.Length is > 0 and <= CorrelationLengthMax
                && asked.TryGetValue(Convert.ToHexString(answer.CorrelationData.Span), out var waiting)
            )
            {
                waiting.Writer.TryWrite(answer);
            }
        }
    }
}
