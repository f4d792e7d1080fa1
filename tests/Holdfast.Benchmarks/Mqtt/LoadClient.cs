using System.Buffers.Binary;
using System.Diagnostics;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>
/// One client of the driver. It looks only at what it must count: of a received PUBLISH its length and its identifier, which it acknowledges.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private const int InboxSize = 64 * 1024;
    private const int PubAck = 4;
    private const int PublishType = 3;
    private const int DisconnectType = 14;
    private const byte ReceiveMaximumProperty = 0x21;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] inbox = new byte[InboxSize];
    private readonly List<byte> acknowledgements = [];
    private byte[] unsent = [];
    private int held;

    private LoadClient(int port) => Socket = new PosixSocket(port);

    public PosixSocket Socket { get; }

    /// <summary>Messages that came.</summary>
    public long Received { get; private set; }

    /// <summary>Own messages that the broker has acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Messages with QoS 1 that the broker lets this client have under way.</summary>
    public int Window { get; private set; } = ushort.MaxValue;

    public bool IsSending => unsent.Length > 0;

    /// <summary>Called with each message's payload; null: nobody wants it.</summary>
    public MessageHandler? OnMessage { get; set; }

    public delegate void MessageHandler(ReadOnlySpan<byte> payload);

    /// <summary>Connects and waits for CONNACK; with a filter, subscribes and waits for SUBACK.</summary>
    public static LoadClient Connect(int port, string clientId, string? filter = null, int qos = 0)
    {
        var client = new LoadClient(port);
        try
        {
            client.Send(LoadPackets.Connect(clientId, ushort.MaxValue));
            client.Window = ReadWindow(client.Await(2));
            if (filter is not null)
            {
                client.Send(LoadPackets.Subscribe(filter, qos));
                var granted = client.Await(9)[^1];
                return granted == qos
                    ? client
                    : throw new InvalidOperationException($"the broker answers SUBSCRIBE with 0x{granted:x2}");
            }

            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends, and keeps what the socket does not take; only while nothing is kept.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        var sent = Socket.Send(bytes);
        if (sent < bytes.Length)
        {
            unsent = bytes[sent..].ToArray();
        }
    }

    /// <summary>Sends what was kept; whether all is sent.</summary>
    public bool Flush()
    {
        if (IsSending)
        {
            unsent = unsent[Socket.Send(unsent)..];
        }

        return !IsSending;
    }

    /// <summary>Takes what has come, and acknowledges it; whether anything had.</summary>
    public bool Read()
    {
        var count = Socket.Receive(inbox.AsSpan(held));
        if (count < 0)
        {
            throw new InvalidOperationException("the broker closed the connection");
        }

        if (count > 0)
        {
            held += count;
            var taken = 0;
            while (TryTake(inbox.AsSpan(taken, held - taken), out var size))
            {
                taken += size;
            }

            inbox.AsSpan(taken, held - taken).CopyTo(inbox);
            held -= taken;
        }

        if (acknowledgements.Count > 0 && Flush())
        {
            Send(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(acknowledgements));
            acknowledgements.Clear();
        }

        return count > 0;
    }

    public void Dispose() => Socket.Dispose();

    private bool TryTake(ReadOnlySpan<byte> bytes, out int size)
    {
        if (!TrySize(bytes, out var head, out size))
        {
            return false;
        }

        var type = bytes[0] >> 4;
        if (type == PubAck)
        {
            Acknowledged++;
        }
        else if (type == PublishType)
        {
            Received++;
            TakePublish(bytes[0], bytes[head..size]);
        }
        else if (type == DisconnectType)
        {
            throw new InvalidOperationException($"the broker ends the connection with 0x{bytes[head]:x2}");
        }

        return true;
    }

    private void TakePublish(byte first, ReadOnlySpan<byte> body)
    {
        var at = 2 + BinaryPrimitives.ReadUInt16BigEndian(body);
        if ((first & 6) != 0)
        {
            acknowledgements.AddRange([0x40, 2, body[at], body[at + 1]]);
            at += 2;
        }

        // No broker adds properties of more than 127 bytes here.
        OnMessage?.Invoke(body[(at + 1 + body[at])..]);
    }

    private static bool TrySize(ReadOnlySpan<byte> bytes, out int head, out int size)
    {
        (head, size) = (1, 0);
        for (var shift = 0; head < bytes.Length; shift += 7)
        {
            var digit = bytes[head++];
            size |= (digit & 0x7F) << shift;
            if (digit < 0x80)
            {
                size += head;
                return size <= bytes.Length;
            }
        }

        return false;
    }

    /// <summary>The body of the next packet, which must be of the type.</summary>
    private byte[] Await(int type)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var count = Socket.Receive(inbox.AsSpan(held));
            if (count < 0 || Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new InvalidOperationException("the broker does not answer");
            }

            held += count;
            if (!TrySize(inbox.AsSpan(0, held), out var head, out var size))
            {
                PosixSocket.WaitReadable([Socket], 1000);
                continue;
            }

            var body = inbox[head..size];
            var found = inbox[0] >> 4;
            inbox.AsSpan(size, held - size).CopyTo(inbox);
            held -= size;
            return found == type
                ? body
                : throw new InvalidOperationException($"the broker answers with packet type {found}");
        }
    }

    private static int ReadWindow(byte[] connAck)
    {
        if (connAck[1] != 0)
        {
            throw new InvalidOperationException($"the broker refuses CONNECT with 0x{connAck[1]:x2}");
        }

        // CONNACK's properties stand in no order; brokers write this one among numbers, so that its byte is found by walking.
        for (var at = 3; at + 2 < connAck.Length; at += 1 + SizeOf(connAck, at))
        {
            if (connAck[at] == ReceiveMaximumProperty)
            {
                return BinaryPrimitives.ReadUInt16BigEndian(connAck.AsSpan(at + 1));
            }
        }

        return ushort.MaxValue;
    }

    /// <summary>Of a property's value in CONNACK (MQTT 5.0 §3.2.2.3), in bytes.</summary>
    private static int SizeOf(byte[] bytes, int at) =>
        bytes[at] switch
        {
            0x11 or 0x27 => 4,
            0x13 or 0x21 or 0x22 => 2,
            0x24 or 0x25 or 0x28 or 0x29 or 0x2A => 1,
            0x26 => 4
                + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 1))
                + BinaryPrimitives.ReadUInt16BigEndian(
                    bytes.AsSpan(at + 3 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 1)))
                ),
            _ => 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 1)),
        };
}
