using System.Net;
using System.Net.Sockets;

namespace Holdfast.Testing;

/// <summary>
/// The wire between the gateway and a broker on this machine. It can be cut hard, in the middle of whatever is on it, and mended; while
/// it is cut, whoever connects is turned away.
/// </summary>
public sealed class Cable : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> ends = [];
    private readonly CancellationTokenSource stop = new();
    private readonly int broker;
    private readonly Task carrying;
    private bool whole = true;

    public Cable(int brokerPort)
    {
        broker = brokerPort;
        listener.Start();
        carrying = CarryAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Cut()
    {
        lock (gate)
        {
            whole = false;
            foreach (var end in ends)
            {
                // A reset, not an orderly end.
                end.Close(timeout: 0);
            }

            ends.Clear();
        }
    }

    public void Mend()
    {
        lock (gate)
        {
            whole = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await stop.CancelAsync();
        listener.Dispose();
        await carrying;
        stop.Dispose();
    }

    private async Task CarryAsync()
    {
        var pumps = new List<Task>();
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync(stop.Token);
                pumps.Add(JoinAsync(near));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task JoinAsync(Socket near)
    {
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (gate)
        {
            if (!whole)
            {
                near.Close(timeout: 0);
                far.Dispose();
                return;
            }

            ends.AddRange([near, far]);
        }

        try
        {
            await far.ConnectAsync(IPAddress.Loopback, broker, stop.Token);
            await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut, or nobody at the other end.
        }

        near.Close(timeout: 0);
        far.Close(timeout: 0);
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[4096];
            while (await from.ReceiveAsync(buffer, stop.Token) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count), stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut.
        }
    }
}
