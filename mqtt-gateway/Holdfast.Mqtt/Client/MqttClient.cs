using System.Threading.Channels;
using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// The MQTT 5.0 and 3.1.1 client, over TCP, TLS or WebSocket. It begins to connect when it is made. What it decides is in
/// <see cref="ClientCore{TTag}"/>; here are the connection, the clock and the waiting.
/// </summary>
public sealed partial class MqttClient : IMqttClient
{
    /// <summary>The state before anything was tried, in words.</summary>
    internal const string NotYet = "not connected yet";

    private const int ChangesMax = 64;

    private readonly MqttClientOptions options;
    private readonly TimeProvider clock;
    private readonly Backoff backoff;
    private readonly Lock gate = new();
    private readonly ClientCore<TaskCompletionSource<PublishOutcome>> core;
    private readonly Doorbell output = new();
    private readonly CancellationTokenSource stop;
    private readonly Task life;
    private readonly List<TaskCompletionSource<PublishOutcome>> unwritten = [];
    private ConnectionChange lastChange = new(false, false, NotYet);
    private Channel<ConnectionChange>? changes;
    private Exception? broken;
    private volatile bool isDisposed;

    /// <param name="options">Where to, as whom, and with which subscriptions and will.</param>
    /// <param name="clock">For timeouts, keep alive and backoff.</param>
    /// <param name="random">For the jitter of the backoff; the client keeps it for itself.</param>
    /// <exception cref="ArgumentException">The options contradict the specification; the message says how.</exception>
    public MqttClient(MqttClientOptions options, TimeProvider clock, SeededRandom random)
    {
        OptionRules.Require(options);
        this.options = options;
        this.clock = clock;
        backoff = new Backoff(options.BackoffMin, options.BackoffMax, random);
        round = new BrokerRound(options);
        core = new ClientCore<TaskCompletionSource<PublishOutcome>>(options);
        stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        life = Task.Run(LiveAsync);
    }

    /// <summary>Also in the moment between the two connections of a renewal.</summary>
    public bool IsConnected
    {
        get
        {
            lock (gate)
            {
                return core.IsUp || core.IsRenewing;
            }
        }
    }

    /// <summary>The name that the broker knows us by: that of the options, or one that the broker gave.</summary>
    public string ClientId
    {
        get
        {
            lock (gate)
            {
                return core.ClientId;
            }
        }
    }

    /// <summary>Where the broker wants response topics to be (MQTT 5.0 §4.10.1); null: it did not say, or was not asked.</summary>
    public string? ResponseInformation
    {
        get
        {
            lock (gate)
            {
                return core.ResponseInformation;
            }
        }
    }

    /// <summary>QoS 0 messages dropped so far since nobody read them in time.</summary>
    public long DroppedMessages
    {
        get
        {
            lock (gate)
            {
                return core.Inbox.Dropped;
            }
        }
    }

    public async Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (core.Offer(message, answer, clock.Now) is { } known)
            {
                return known;
            }
        }

        output.Ring();
        return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        bool inOrder;
        lock (gate)
        {
            if (isDisposed)
            {
                return;
            }

            isDisposed = true;
            inOrder = core.Finish();
        }

        output.Ring();
        arrived.Ring();
        if (inOrder)
        {
            stop.CancelAfter(options.ResponseTimeout);
        }
        else
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }

#pragma warning disable VSTHRD003 // Started by this object's constructor, and needs no thread of its caller's.
        await life.ConfigureAwait(false);
#pragma warning restore VSTHRD003
        lock (gate)
        {
            core.Abandon();
            PassOn();
            changes?.Writer.TryComplete();
        }

        stop.Dispose();
    }

    /// <summary>Tells the callers what the core has found out. Under the gate.</summary>
    private void PassOn()
    {
        while (core.TryTakeOutcome(out var known))
        {
            known.Tag.TrySetResult(known.Outcome);
        }

        while (core.TryTakeAnswers(out var answered))
        {
            answered.Request.Completion.TrySetResult(answered.Answers);
        }

        while (core.TryTakeReauthentication(out var outcome))
        {
            reauthentication?.TrySetResult(outcome);
        }
    }
}
