using System.Net;
using System.Net.Sockets;
using Holdfast.Mqtt.Broker.Figures;
using Holdfast.Mqtt.Broker.Listening;
using Holdfast.Mqtt.Broker.Persistence;

namespace Holdfast.Mqtt.Broker;

/// <summary>
/// An MQTT 5.0 and 3.1.1 broker inside this process, over TCP, TLS and WebSocket. It begins to listen when it is started and ends
/// everything when it is disposed; what survives is in <see cref="MqttBrokerOptions.Data"/>. What it decides is in <see cref="BrokerCore"/>.
/// </summary>
public sealed class MqttBroker : IAsyncDisposable
{
    /// <summary>Of what goes into the journal with one packet: each session that gets it, and what its end says.</summary>
    private const int RecordBytesPerSession = 128 + MqttBrokerOptions.WillBytesMax;
    private const int RecordBytes = 1024 * 1024;

    /// <summary>How late a silent client, a will or an expired session may be noticed.</summary>
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    /// <summary>For the clients to take our farewell.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private readonly MqttBrokerOptions options;
    private readonly TimeProvider clock;
    private readonly IReadOnlyList<Door> doors;
    private readonly JournalKeeper? keeper;
    private readonly JournalThread? journal;
    private readonly BrokerCore core;
    private readonly Traffic traffic = new();
    private readonly SystemTopics system;
    private readonly Lock gate = new();
    private readonly Wakings wakings = new();
    private readonly HashSet<Task> connections = [];
    private readonly CancellationTokenSource stopListening = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task life;
    private MonotonicTime told = MonotonicTime.Never;
    private bool isDisposed;

    private MqttBroker(
        MqttBrokerOptions options,
        TimeProvider clock,
        SeededRandom random,
        IReadOnlyList<Door> doors,
        JournalKeeper? keeper
    )
    {
        (this.options, this.clock, this.doors, this.keeper) = (options, clock, doors, keeper);
        core = new BrokerCore(options, random, keeper?.Journal ?? (IBrokerJournal)NoJournal.Instance);
        system = new SystemTopics(clock.Now);
        EndPoints = [.. doors.Select(door => door.EndPoint)];
        if (keeper is not null)
        {
            Restore(keeper);
            journal = new JournalThread(keeper, core, gate, clock, options.Notice);
        }

        life = Task.WhenAll([.. doors.Select(door => Task.Run(() => AcceptAsync(door))), Task.Run(TickAsync)]);
    }

    /// <summary>Where it listens, with the actual ports, in the order of the listeners.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Of the first listener.</summary>
    public IPEndPoint EndPoint => EndPoints[0];

    public BrokerStatus Status
    {
        get
        {
            lock (gate)
            {
                return core.Status;
            }
        }
    }

    /// <summary>Sends clients to another broker, those that are connected and those that come; null: serves them again.</summary>
    public void Redirect(ServerRedirect? elsewhere)
    {
        lock (gate)
        {
            core.Redirect(elsewhere, clock.Now);
        }
    }

    /// <summary>Asks the policies anew who may be here, and disconnects who may not.</summary>
    public void Review()
    {
        lock (gate)
        {
            core.Review(clock.Now);
        }
    }

    /// <param name="options">Where, for whom, and with which limits.</param>
    /// <param name="clock">For timeouts, keep alive and expiry.</param>
    /// <param name="random">For the names of clients that bring none; the broker keeps it for itself.</param>
    /// <exception cref="IOException">An address and port cannot be listened on, or the data folder is unusable; the message says which and what to do.</exception>
    public static Task<MqttBroker> StartAsync(
        MqttBrokerOptions options,
        TimeProvider clock,
        SeededRandom random,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var recordBytesMax = (int)
            Math.Min(
                int.MaxValue / 4,
                (2L * options.PacketSizeMax) + RecordBytes + ((long)options.SessionsMax * RecordBytesPerSession)
            );
        var keeper = options.Data is { } folder ? JournalKeeper.Open(folder, clock, recordBytesMax) : null;
        var doors = new List<Door>();
        try
        {
            var listeners = options.Listeners is { Count: > 0 } several
                ? several
                : [new BrokerListener { EndPoint = options.EndPoint }];
            doors.AddRange(listeners.Select(Door.Open));
            return Task.FromResult(new MqttBroker(options, clock, random, doors, keeper));
        }
        catch (IOException)
        {
            doors.ForEach(door => door.Dispose());
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (isDisposed)
            {
                return;
            }

            isDisposed = true;
            core.ShutDown();
        }

        await stopListening.CancelAsync().ConfigureAwait(false);
        stop.CancelAfter(ShutdownTimeout);
#pragma warning disable VSTHRD003 // Started by this object, and needs no thread of its caller's.
        await life.ConfigureAwait(false);
        await Task.WhenAll(Connections()).ConfigureAwait(false);
#pragma warning restore VSTHRD003
        foreach (var door in doors)
        {
            door.Dispose();
        }

        journal?.Dispose();
        stopListening.Dispose();
        stop.Dispose();
    }

    private void Restore(JournalKeeper kept)
    {
        foreach (var damage in kept.Damage)
        {
            options.Notice($"the broker's journal: {damage}");
        }

        if (core.Restore(kept.Image, clock.Now) is > 0 and var left)
        {
            options.Notice($"{left} kept sessions and messages are beyond the limits of today and are dropped");
        }
    }

    private Task[] Connections()
    {
        lock (gate)
        {
            return [.. connections];
        }
    }

    private async Task AcceptAsync(Door door)
    {
        while (!stopListening.IsCancellationRequested)
        {
            try
            {
                Begin(door, await door.AcceptAsync(stopListening.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client is gone already, or this process has no handles left: then others must end first.
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Begin(Door door, Socket socket)
    {
        var connection = new BrokerConnection(socket, door, core, gate, wakings, traffic, clock, options);
        lock (gate)
        {
            if (isDisposed)
            {
                socket.Dispose();
                return;
            }

            connections.RemoveWhere(task => task.IsCompletedSuccessfully);
            connections.Add(Task.Run(() => connection.RunAsync(stop.Token)));
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TickPeriod, clock);
        try
        {
            do
            {
                lock (gate)
                {
                    core.Tick(clock.Now);
                    Tell(clock.Now);
                }

                journal?.Wake();
            } while (await timer.WaitForNextTickAsync(stopListening.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Tell(MonotonicTime now)
    {
        if (options.SystemTopicsPeriod is { } period && now - told >= period)
        {
            told = now;
            system.Tell(core, traffic, keeper?.Bytes, now);
        }
    }
}
