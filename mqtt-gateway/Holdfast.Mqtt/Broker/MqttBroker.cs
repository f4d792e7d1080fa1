using System.Net;
using System.Net.Sockets;

namespace Holdfast.Mqtt.Broker;

/// <summary>
/// A small MQTT 5.0 and 3.1.1 broker inside this process, over plain TCP. It begins to listen when it is started and ends
/// everything when it is disposed; nothing of it survives. What it decides is in <see cref="BrokerCore"/>.
/// </summary>
public sealed class MqttBroker : IAsyncDisposable
{
    private const int Backlog = 128;

    /// <summary>How late a silent client, a will or an expired session may be noticed.</summary>
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    /// <summary>For the clients to take our farewell.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private readonly MqttBrokerOptions options;
    private readonly TimeProvider clock;
    private readonly Socket listener;
    private readonly BrokerCore core;
    private readonly Lock gate = new();
    private readonly Wakings wakings = new();
    private readonly HashSet<Task> connections = [];
    private readonly CancellationTokenSource stopListening = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task life;
    private bool isDisposed;

    private MqttBroker(MqttBrokerOptions options, TimeProvider clock, SeededRandom random, Socket listener)
    {
        this.options = options;
        this.clock = clock;
        this.listener = listener;
        core = new BrokerCore(options, random);
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        life = Task.WhenAll(Task.Run(AcceptAsync), Task.Run(TickAsync));
    }

    /// <summary>Where it listens, with the actual port.</summary>
    public IPEndPoint EndPoint { get; }

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

    /// <param name="options">Where, for whom, and with which limits.</param>
    /// <param name="clock">For timeouts, keep alive and expiry.</param>
    /// <param name="random">For the names of clients that bring none; the broker keeps it for itself.</param>
    /// <exception cref="IOException">The address and port cannot be listened on; the message says which and what to do.</exception>
    public static Task<MqttBroker> StartAsync(
        MqttBrokerOptions options,
        TimeProvider clock,
        SeededRandom random,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var listener = new Socket(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(options.EndPoint);
            listener.Listen(Backlog);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new IOException(Words(options.EndPoint, e), e);
        }

        return Task.FromResult(new MqttBroker(options, clock, random, listener));
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
        listener.Dispose();
        stopListening.Dispose();
        stop.Dispose();
    }

    private static string Words(IPEndPoint endPoint, SocketException e) =>
        e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                $"{endPoint} is used by another program (another MQTT broker?): stop that one or choose another port",
            SocketError.AccessDenied => $"{endPoint} may not be listened on: choose a port from 1024 up",
            SocketError.AddressNotAvailable => $"{endPoint}: this machine does not have the address; choose one it has",
            _ => $"{endPoint} cannot be listened on: {e.Message}; choose another address or port",
        };

    private Task[] Connections()
    {
        lock (gate)
        {
            return [.. connections];
        }
    }

    private async Task AcceptAsync()
    {
        while (!stopListening.IsCancellationRequested)
        {
            try
            {
                Begin(await listener.AcceptAsync(stopListening.Token).ConfigureAwait(false));
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

    private void Begin(Socket socket)
    {
        var connection = new BrokerConnection(socket, core, gate, wakings, clock);
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
            while (await timer.WaitForNextTickAsync(stopListening.Token).ConfigureAwait(false))
            {
                lock (gate)
                {
                    core.Tick(clock.Now);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
