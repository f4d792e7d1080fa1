using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Tests;

/// <summary>A client whose connection is the test's to make and break; what is published while it stands is delivered at once.</summary>
internal sealed class FakeClient : IMqttClient
{
    private readonly Channel<ConnectionChange> changes = Channel.CreateUnbounded<ConnectionChange>();
    private readonly Channel<MqttMessage> incoming = Channel.CreateUnbounded<MqttMessage>();
    private readonly Channel<MqttMessage> published = Channel.CreateUnbounded<MqttMessage>();

    private TaskCompletionSource seen = new();

    public bool IsConnected { get; private set; }

    /// <summary>What becomes of a message; by default it is delivered.</summary>
    public Func<MqttMessage, PublishResult> Fate { get; set; } = _ => PublishResult.Delivered;

    /// <summary>What the answer to a message waits for; by default for nothing.</summary>
    public Func<MqttMessage, Task> Answering { get; set; } = _ => Task.CompletedTask;

    /// <summary>The connection stands, and the news of it has not come yet.</summary>
    public void ConnectUntold() => IsConnected = true;

    public void Connect()
    {
        IsConnected = true;
        changes.Writer.TryWrite(new ConnectionChange(true, false, ""));
    }

    /// <summary>Returns when the reader has seen it.</summary>
    public async Task DisconnectAsync()
    {
        IsConnected = false;
        seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changes.Writer.TryWrite(new ConnectionChange(false, false, "cut"));
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Receive(MqttMessage message) => incoming.Writer.TryWrite(message);

    /// <summary>The next message that was delivered.</summary>
    public async Task<MqttMessage> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await published.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Whether one was delivered, or is within the time.</summary>
    public async Task<bool> HasNextAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        try
        {
            return await published.Reader.WaitToReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        var result = IsConnected ? Fate(message) : PublishResult.NotDelivered;
        if (result == PublishResult.Delivered)
        {
            published.Writer.TryWrite(message);
        }

        var outcome = new PublishOutcome(result, "");
        var answering = Answering(message);
        return answering.IsCompleted ? Task.FromResult(outcome) : AnswerAsync(answering, outcome, cancellationToken);
    }

    private static async Task<PublishOutcome> AnswerAsync(
        Task answering,
        PublishOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        await answering.WaitAsync(cancellationToken);
        return outcome;
    }

    public async IAsyncEnumerable<ConnectionChange> ConnectionChangesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
        {
            yield return change;
            if (!change.Connected)
            {
                seen.TrySetResult();
            }
        }
    }

    public async IAsyncEnumerable<MqttMessage> MessagesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var message in incoming.Reader.ReadAllAsync(cancellationToken))
        {
            yield return message;
        }
    }

    /// <summary>Deliveries that were acknowledged.</summary>
    public int Acknowledged => Volatile.Read(ref acknowledged);

    private int acknowledged;

    public async IAsyncEnumerable<MqttDelivery> DeliveriesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var message in incoming.Reader.ReadAllAsync(cancellationToken))
        {
            yield return new MqttDelivery(message, () => Interlocked.Increment(ref acknowledged));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal static class MessageText
{
    extension(MqttMessage message)
    {
        public string Text => Encoding.UTF8.GetString(message.Payload.Span);

        public string? Property(string name) => message.UserProperties.FirstOrDefault(p => p.Key == name).Value;
    }
}
