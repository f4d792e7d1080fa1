using System.Threading.Tasks.Sources;

namespace Holdfast.Mqtt.Transport;

/// <summary>
/// Wakes its one waiter; rung while nobody waits, it is remembered once. It allocates nothing: a broker rings for every message. Ringing here goes
/// on with what the waiter does next at once, on the ringer's thread, which saves the way over the thread pool: only without any lock held.
/// </summary>
internal sealed class Doorbell : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Rung = 2;

    private ManualResetValueTaskSourceCore<bool> source;
    private CancellationTokenRegistration cancellation;
    private int state;

    /// <summary>The waiter goes on on another thread.</summary>
    public void Ring() => Ring(elsewhere: true);

    /// <summary>The waiter goes on before this returns, until it waits again, for whatever it is.</summary>
    public void RingHere() => Ring(elsewhere: false);

    /// <summary>By one waiter at a time.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref state, Idle, Rung) == Rung)
        {
            return ValueTask.CompletedTask;
        }

        source.Reset();
        if (Interlocked.CompareExchange(ref state, Waiting, Idle) == Rung)
        {
            Volatile.Write(ref state, Idle);
            return ValueTask.CompletedTask;
        }

        cancellation = cancellationToken.UnsafeRegister(static (bell, token) => ((Doorbell)bell!).GiveUp(token), this);
        return new ValueTask(this, source.Version);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token)
    {
        cancellation.Dispose();
        source.GetResult(token);
    }

    private void Ring(bool elsewhere)
    {
        while (true)
        {
            var before = Interlocked.CompareExchange(ref state, Idle, Waiting);
            if (before == Waiting)
            {
                source.RunContinuationsAsynchronously = elsewhere;
                source.SetResult(true);
                return;
            }

            if (before == Rung || Interlocked.CompareExchange(ref state, Rung, Idle) != Waiting)
            {
                return;
            }
        }
    }

    private void GiveUp(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref state, Idle, Waiting) == Waiting)
        {
            source.RunContinuationsAsynchronously = true;
            source.SetException(new OperationCanceledException(token));
        }
    }
}
