using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Client;

/// <summary>The client's life: connect, run, report, pause, again.</summary>
public sealed partial class MqttClient
{
    private readonly BrokerRound round;
    private CancellationTokenSource? link;

    private async Task LiveAsync()
    {
        Task[] parts = [ConnectAsync(), TickAsync(), RenewAsync()];
        try
        {
            // One ends when the client is disposed, or breaks: then the others have to end too.
            await Task.WhenAny(parts).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(parts).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Break(e);
            throw;
        }
        finally
        {
            await DisposePreparedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Nothing comes any more: whoever waits is told why.</summary>
    private void Break(Exception error)
    {
        LoseLink($"the client broke: {error.Message}", MonotonicTime.Never);
        lock (gate)
        {
            broken = error;
            core.Abandon();
            PassOn();
            changes?.Writer.TryComplete(error);
        }

        arrived.Ring();
    }

    private async Task ConnectAsync()
    {
        try
        {
            while (!isDisposed)
            {
                var why = await RunLinkAsync().ConfigureAwait(false);
                if (core.IsRenewing)
                {
                    continue;
                }

                Report(new ConnectionChange(false, false, why));
                var wasUpFor = core.LastLinkWasUpFor;
                var follows = round.Ended(wasUpFor > TimeSpan.Zero, core.TakeRedirect());
                if (!isDisposed && !follows && (wasUpFor > TimeSpan.Zero || round.WasRoundTheHouses))
                {
                    await Task.Delay(backoff.Next(wasUpFor), clock, stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Disposed while it paused.
        }
    }

    /// <summary>One connection from its beginning to its end; returns in words why it ended.</summary>
    private async Task<string> RunLinkAsync()
    {
        var (stream, problem) = TakePrepared() is { } prepared
            ? (prepared, "")
            : await DialAsync().ConfigureAwait(false);
        if (stream is null)
        {
            return LoseLink(problem, clock.Now);
        }

        var where = $"{round.Current.Host}:{round.Current.Port}";
        await using (stream.ConfigureAwait(false))
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            lock (gate)
            {
                core.StartLink(clock.Now, where);
                link = ending;
            }

            var connection = new PacketConnection(stream, this, output, clock, options.ResponseTimeout);
            var end = await connection.RunAsync(ending.Token).ConfigureAwait(false);
            return LoseLink($"{where}: {Explained(end)}", clock.Now);
        }
    }

    private string LoseLink(string end, MonotonicTime now)
    {
        lock (gate)
        {
            link = null;
            var why = core.Failure ?? end;
            core.LoseLink(why, now);
            PassOn();
            unwritten.ForEach(answer => answer.TrySetResult(new PublishOutcome(PublishResult.NotDelivered, why)));
            unwritten.Clear();
            return why;
        }
    }

    private string Explained(string end) =>
        core.State == LinkState.AwaitingConnAck && options.Tls is not null
            ? $"{end} before it answered CONNECT (so does a broker that does not accept our certificate)"
            : end;

    private async Task TickAsync()
    {
        var period = ClientCore<TaskCompletionSource<PublishOutcome>>.TickPeriod(options);
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
            {
                Tick();
                LookAtCertificate(clock.Now);
                output.Ring();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Tick()
    {
        lock (gate)
        {
            // Still closing after a whole period: the broker does not even take our goodbye. (Not cancelled in place: what
            // then runs must not run under the gate.)
            if (core.State == LinkState.Closing)
            {
                link?.CancelAfter(TimeSpan.Zero);
            }

            core.Tick(clock.Now);
            PassOn();
        }
    }
}
