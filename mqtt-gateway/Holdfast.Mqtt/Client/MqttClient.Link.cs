using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Client;

/// <summary>The client's life: connect, run, report, pause, again.</summary>
public sealed partial class MqttClient : IPacketPeer
{
    MqttVersion? IPacketPeer.Version => options.Version;

    int IPacketPeer.PacketSizeMax => options.PacketSizeMax;

    bool IPacketPeer.Receive(Packet packet)
    {
        bool goesOn;
        lock (gate)
        {
            var wasUp = core.IsUp;
            core.Receive(packet, clock.Now);
            PassOn();
            goesOn = core.State != LinkState.Closing;
            if (core.IsUp && !wasUp)
            {
                Report(core.Connected!);
            }
        }

        output.Ring();
        if (packet is PublishPacket)
        {
            arrived.Set();
        }

        return goesOn;
    }

    void IPacketPeer.Fail(DecodeError error)
    {
        lock (gate)
        {
            core.Fail(error);
        }

        output.Ring();
    }

    bool IPacketPeer.Fill(PooledBuffer buffer)
    {
        lock (gate)
        {
            var now = clock.Now;
            while (buffer.Length < PacketConnection.BatchSize && core.TryTake(now, out var packet, out var written))
            {
                PacketEncoder.Write(buffer, packet, options.Version);
                if (written.Has)
                {
                    unwritten.Add(written.Tag);
                }
            }

            // Some outcomes become known here: of messages that the broker's new limits forbid.
            PassOn();
            return core.State != LinkState.Closing || buffer.Length >= PacketConnection.BatchSize;
        }
    }

    void IPacketPeer.Written()
    {
        lock (gate)
        {
            unwritten.ForEach(answer => answer.TrySetResult(new PublishOutcome(PublishResult.Delivered, "")));
            unwritten.Clear();
        }
    }

    // The broker's messages are bounded by our Receive Maximum and the inbox: there is always room.
    Task IPacketPeer.WaitForRoomAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task LiveAsync()
    {
        Task[] parts = [ConnectAsync(), TickAsync()];
        try
        {
            // One ends when the client is disposed, or breaks: then the other has to end too.
            await Task.WhenAny(parts).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(parts).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Break(e);
            throw;
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

        arrived.Set();
    }

    private async Task ConnectAsync()
    {
        try
        {
            while (!isDisposed)
            {
                Report(new ConnectionChange(false, false, await RunLinkAsync().ConfigureAwait(false)));
                if (!isDisposed)
                {
                    await Task.Delay(backoff.Next(core.LastLinkWasUpFor), clock, stop.Token).ConfigureAwait(false);
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
        var (stream, problem) = await Dial.ConnectAsync(options, clock, stop.Token).ConfigureAwait(false);
        if (stream is null)
        {
            return LoseLink(problem, clock.Now);
        }

        await using (stream.ConfigureAwait(false))
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            lock (gate)
            {
                core.StartLink(clock.Now);
                link = ending;
            }

            var connection = new PacketConnection(stream, this, output, clock, options.ResponseTimeout);
            var end = await connection.RunAsync(ending.Token).ConfigureAwait(false);
            return LoseLink($"{options.Host}:{options.Port}: {Explained(end)}", clock.Now);
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
