using System.Buffers;
using System.Text;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Outbox;

/// <summary>
/// Messages as they lie in a batch, before it is packed. Each: class, flags, sequence and time as differences to the batch's, then topic, payload and
/// properties, each with its length. Numbers are LEB128.
/// </summary>
internal static class MessageCodec
{
    private const int Retain = 4;
    private const int HasExpiry = 8;
    private const int HasResponse = 16;
    private const int HasContentType = 32;

    /// <summary>What <see cref="Write"/> needs at most for it.</summary>
    public static int SizeMax(MqttMessage message) =>
        64
        + (3 * message.Topic.Length)
        + message.Payload.Length
        + message.CorrelationData.Length
        + (3 * ((message.ResponseTopic?.Length ?? 0) + (message.ContentType?.Length ?? 0)))
        + message.UserProperties.Sum(p => 10 + (3 * (p.Key.Length + p.Value.Length)));

    public static void Write(ArrayBufferWriter<byte> to, OutboxMessage one, long first, long timeMs)
    {
        var message = one.Message;
        var flags =
            (int)message.Qos
            | (message.Retain ? Retain : 0)
            | (message.Expiry is null ? 0 : HasExpiry)
            | (message.ResponseTopic is null ? 0 : HasResponse)
            | (message.ContentType is null ? 0 : HasContentType);
        Number(to, (ulong)one.Class);
        Number(to, (ulong)flags);
        Number(to, (ulong)(one.Sequence - first));
        Number(to, (ulong)(one.Time.ToUnixTimeMilliseconds() - timeMs));
        Text(to, message.Topic);
        Bytes(to, message.Payload.Span);
        Bytes(to, message.CorrelationData.Span);
        if (message.Expiry is { } expiry)
        {
            Number(to, (ulong)Math.Max(0, expiry.TotalSeconds));
        }

        Optional(to, message.ResponseTopic);
        Optional(to, message.ContentType);
        Number(to, (ulong)message.UserProperties.Count);
        foreach (var (name, value) in message.UserProperties)
        {
            Text(to, name);
            Text(to, value);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are none of ours, though their checksum is right.</exception>
    public static List<OutboxMessage> Read(ReadOnlyMemory<byte> batch, in BatchHeader header)
    {
        var messages = new List<OutboxMessage>((int)header.Counts.Total);
        for (var at = 0; at < batch.Length; )
        {
            messages.Add(ReadOne(batch, ref at, header));
        }

        return messages;
    }

    private static OutboxMessage ReadOne(ReadOnlyMemory<byte> batch, ref int at, in BatchHeader header)
    {
        var kind = (MessageClass)Number(batch, ref at);
        var flags = (int)Number(batch, ref at);
        var sequence = header.First + (long)Number(batch, ref at);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(header.TimeMs + (long)Number(batch, ref at));
        var topic = Text(batch, ref at);
        var payload = Bytes(batch, ref at);
        var correlation = Bytes(batch, ref at);
        TimeSpan? expiry = (flags & HasExpiry) != 0 ? TimeSpan.FromSeconds(Number(batch, ref at)) : null;
        var response = (flags & HasResponse) != 0 ? Text(batch, ref at) : null;
        var contentType = (flags & HasContentType) != 0 ? Text(batch, ref at) : null;
        var properties = new KeyValuePair<string, string>[Number(batch, ref at)];
        for (var i = 0; i < properties.Length; i++)
        {
            properties[i] = new(Text(batch, ref at), Text(batch, ref at));
        }

        return new OutboxMessage(
            sequence,
            kind,
            time,
            new MqttMessage(topic, payload)
            {
                Qos = (MqttQos)(flags & 3),
                Retain = (flags & Retain) != 0,
                Expiry = expiry,
                ResponseTopic = response,
                ContentType = contentType,
                CorrelationData = correlation,
                UserProperties = properties,
            }
        );
    }

    private static void Optional(ArrayBufferWriter<byte> to, string? text)
    {
        if (text is not null)
        {
            Text(to, text);
        }
    }

    private static void Text(ArrayBufferWriter<byte> to, string text)
    {
        Number(to, (ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, to);
    }

    private static void Bytes(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        Number(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Number(ArrayBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        to.Advance(length);
    }

    private static string Text(ReadOnlyMemory<byte> batch, ref int at) =>
        Encoding.UTF8.GetString(Bytes(batch, ref at).Span);

    private static ReadOnlyMemory<byte> Bytes(ReadOnlyMemory<byte> batch, ref int at)
    {
        var length = Number(batch, ref at);
        if (length > (ulong)(batch.Length - at))
        {
            throw new InvalidDataException("a batch is shorter than it says");
        }

        at += (int)length;
        return batch.Slice(at - (int)length, (int)length);
    }

    private static ulong Number(ReadOnlyMemory<byte> batch, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64 && at < batch.Length; shift += 7)
        {
            var b = batch.Span[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a batch holds no number where one should be");
    }
}
