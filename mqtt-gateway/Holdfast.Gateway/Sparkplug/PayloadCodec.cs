using Google.Protobuf;
using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug;

/// <summary>The bytes of a payload, and back. What a stranger sends is bounded by the MQTT packet that it came in.</summary>
internal static class PayloadCodec
{
    /// <summary>Null where the bytes are no payload.</summary>
    public static Payload? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Payload.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    public static byte[] Write(Payload payload) => payload.ToByteArray();

    public static ulong Stamp(DateTimeOffset time) => (ulong)Math.Max(0, time.ToUnixTimeMilliseconds());

    /// <summary>Now where a stranger's stamp makes no sense.</summary>
    public static DateTimeOffset Time(ulong stamp, DateTimeOffset now) =>
        stamp is > 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)stamp) : now;
}
