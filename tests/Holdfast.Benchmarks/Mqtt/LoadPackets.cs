using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>The few MQTT 5 packets that the driver sends, written by hand: a bench must not lean on the code it measures.</summary>
internal static class LoadPackets
{
    public static byte[] Connect(string clientId, ushort receiveMaximum) =>
        Packet(0x10, [.. Text("MQTT"), 5, 2, 0, 0, 3, 0x21, .. Number(receiveMaximum), .. Text(clientId)]);

    public static byte[] Subscribe(string filter, int qos) => Packet(0x82, [0, 1, 0, .. Text(filter), (byte)qos]);

    public static byte[] Publish(string topic, int qos, int payloadSize)
    {
        byte[] id = qos > 0 ? [0, 0] : [];
        return Packet((byte)(0x30 | (qos << 1)), [.. Text(topic), .. id, 0, .. new byte[payloadSize]]);
    }

    public static byte[] Packet(byte first, byte[] body)
    {
        var length = body.Length;
        List<byte> head = [first];
        for (; length >= 128; length >>= 7)
        {
            head.Add((byte)(length | 0x80));
        }

        return [.. head, (byte)length, .. body];
    }

    private static byte[] Text(string text) => [.. Number((ushort)text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Number(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}

/// <summary>Many copies of one PUBLISH behind each other, of which as many are sent at once as may be.</summary>
internal sealed class PublishBatch
{
    private readonly byte[] bytes;
    private readonly int size;
    private readonly int idOffset;
    private readonly bool hasId;
    private ushort lastId;

    public PublishBatch(string topic, int qos, int payloadSize, int count)
    {
        var one = LoadPackets.Publish(topic, qos, payloadSize);
        size = one.Length;
        hasId = qos > 0;
        idOffset = size - payloadSize - 3;
        Count = count;
        bytes = [.. Enumerable.Repeat(one, count).SelectMany(copy => copy)];
    }

    public int Count { get; }

    /// <summary>The first of them, each with an identifier of its own.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        for (var i = 0; hasId && i < count; i++)
        {
            lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan((i * size) + idOffset), lastId);
        }

        return bytes.AsSpan(0, count * size);
    }

    /// <summary>One of them with a time in front of its payload.</summary>
    public ReadOnlySpan<byte> Stamped(long timestamp, int payloadSize)
    {
        var one = Take(1);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(size - payloadSize), timestamp);
        return one;
    }
}
