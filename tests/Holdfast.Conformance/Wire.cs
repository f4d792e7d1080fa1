using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Conformance;

/// <summary>A TCP connection to a broker that reads exactly what is expected, and the few packets that open and check one.</summary>
internal sealed class Wire : IDisposable
{
    /// <summary>For one answer; the suites allow as much.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private Wire() { }

    public static async Task<Wire> OpenAsync(EndPoint broker, CancellationToken cancellationToken)
    {
        var wire = new Wire();
        await wire.socket.ConnectAsync(broker, cancellationToken);
        return wire;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(bytes, cancellationToken);
        }
        catch (SocketException)
        {
            // Closed by the broker already: what is received says whether it was right to.
        }
    }

    /// <summary>Up to <paramref name="count"/> bytes: fewer where the broker closes or says nothing for too long.</summary>
    public async Task<(byte[] Bytes, bool Closed)> ReadAsync(int count, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var bytes = new byte[count];
        var length = 0;
        try
        {
            while (length < count)
            {
                var read = await socket.ReceiveAsync(bytes.AsMemory(length), patience.Token);
                if (read == 0)
                {
                    return (bytes[..length], true);
                }

                length += read;
            }

            return (bytes, false);
        }
        catch (SocketException)
        {
            return (bytes[..length], true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (bytes[..length], false);
        }
    }

    /// <summary>Waits until the broker has seen the end: what it did of it belongs to no later connection.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            return;
        }

        (byte[] Bytes, bool Closed) read;
        do
        {
            read = await ReadAsync(1_024, cancellationToken);
        } while (read is { Closed: false, Bytes.Length: > 0 });
    }

    public void Dispose() => socket.Dispose();

    /// <summary>CONNECT with a clean session and a keep alive of a minute.</summary>
    public static byte[] Connect(string clientId, int version)
    {
        var name = version == 3 ? "MQIsdp" : "MQTT";
        byte[] properties = version == 5 ? [0] : [];
        return Packet(0x10, [.. Text(name), (byte)version, 0x02, 0, 60, .. properties, .. Text(clientId)]);
    }

    public static byte[] Publish(string topic, string payload, int qos)
    {
        byte[] id = qos > 0 ? [0, 1] : [];
        return Packet((byte)(0x30 | (qos << 1)), [.. Text(topic), .. id, .. Encoding.UTF8.GetBytes(payload)]);
    }

    private static byte[] Text(string text)
    {
        var bytes = new byte[2 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)Encoding.UTF8.GetBytes(text, bytes.AsSpan(2)));
        return bytes;
    }

    private static byte[] Packet(byte first, byte[] body) =>
        body.Length < 128
            ? [first, (byte)body.Length, .. body]
            : [first, (byte)(0x80 | (body.Length & 0x7F)), (byte)(body.Length >> 7), .. body];
}
