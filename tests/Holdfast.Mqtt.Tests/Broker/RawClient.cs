using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>A socket that sends whatever a test wants and reads packets.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource patience = new(Patience.Long);
    private readonly List<byte> received = [];

    private RawClient() { }

    public static async Task<RawClient> ConnectAsync(IPEndPoint broker)
    {
        var client = new RawClient();
        await client.socket.ConnectAsync(broker, client.patience.Token);
        return client;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes, patience.Token);

    public Task SendAsync(Packet packet, MqttVersion version = MqttVersion.V5)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PacketEncoder.Write(buffer, packet, version);
        return SendAsync(buffer.WrittenMemory);
    }

    /// <summary>The next packet; null when the broker has closed the connection.</summary>
    public async Task<Packet?> ReadAsync(MqttVersion version = MqttVersion.V5)
    {
        var chunk = new byte[4096];
        while (true)
        {
            var input = new ReadOnlySequence<byte>([.. received]);
            var decoded = PacketDecoder.Decode(ref input, version, int.MaxValue);
            if (decoded.Packet is { } packet)
            {
                received.RemoveRange(0, received.Count - (int)input.Length);
                return packet;
            }

            var count = await ReceiveAsync(chunk);
            if (count == 0)
            {
                return null;
            }

            received.AddRange(chunk[..count]);
        }
    }

    public void CloseSending() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose()
    {
        socket.Dispose();
        patience.Dispose();
    }

    private async Task<int> ReceiveAsync(byte[] chunk)
    {
        try
        {
            return await socket.ReceiveAsync(chunk, patience.Token);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }
}
