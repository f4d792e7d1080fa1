using System.Buffers;
using System.Text.Json;
using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Packets;

public sealed class CodecTests
{
    private const int SizeMax = 256 * 1024;

    public static TheoryData<MqttVersion> Versions => [MqttVersion.V5, MqttVersion.V311, MqttVersion.V31];

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_is_encoded_decodes_to_the_same(MqttVersion version) =>
        Seeds.All(
            2_000,
            seed =>
            {
                var packet = new RandomPackets(seed, version).Next();
                var bytes = Encode(packet, version);
                var input = new ReadOnlySequence<byte>(bytes);
                var decoded = Decode(ref input, packet, version);
                return decoded.Error is null
                    && input.IsEmpty
                    && Describe(decoded.Packet!) == Describe(packet)
                    && Encode(decoded.Packet!, version).AsSpan().SequenceEqual(bytes)
                    && bytes.Length == PacketEncoder.Size(packet, version);
            }
        );

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_packet_in_pieces_decodes_when_the_last_byte_is_there(MqttVersion version) =>
        Seeds.All(
            200,
            seed =>
            {
                var packet = new RandomPackets(seed, version).Next();
                var bytes = Encode(packet, version);
                for (var length = 0; length < Math.Min(bytes.Length, 200); length++)
                {
                    var part = Pieces(bytes.AsMemory(0, length), 3);
                    if (!Decode(ref part, packet, version).IsIncomplete || part.Length != length)
                    {
                        return false;
                    }
                }

                var all = Pieces(bytes, 7);
                return Describe(Decode(ref all, packet, version).Packet!) == Describe(packet);
            }
        );

    [Theory]
    [MemberData(nameof(Versions))]
    public void Mutated_packets_never_throw_and_never_cost_more_than_their_size(MqttVersion version) =>
        Seeds.All(
            5_000,
            seed =>
            {
                var random = new SeededRandom(seed);
                var packet = new RandomPackets(seed, version).Next();
                var bytes = Encode(packet, version);
                for (var i = 0; i < 1 + random.Next(4); i++)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return AllocatesLittle(bytes, packet is ConnectPacket ? null : version);
            }
        );

    [Fact]
    public void Random_bytes_never_throw_and_never_cost_more_than_their_size() =>
        Seeds.All(
            5_000,
            seed =>
            {
                var random = new SeededRandom(seed);
                var bytes = new byte[random.Next(300)];
                random.Fill(bytes);
                return AllocatesLittle(bytes, random.Chance(0.5) ? MqttVersion.V5 : null);
            }
        );

    [Fact]
    public void A_large_packet_is_refused_by_its_header_alone()
    {
        // PUBLISH with a remaining length of 100,000,000.
        var header = new ReadOnlySequence<byte>([0x30, 0x80, 0xC2, 0xD7, 0x2F]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var decoded = PacketDecoder.Decode(ref header, MqttVersion.V5, SizeMax);
        Assert.Equal(ReasonCode.PacketTooLarge, decoded.Error!.Value.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    private static bool AllocatesLittle(byte[] bytes, MqttVersion? version)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var decoded = PacketDecoder.Decode(ref input, version, SizeMax);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(decoded.Packet);
        // The smallest things cost the most: a one-letter filter takes four bytes on the wire and some seventy here.
        return allocated < 4_096 + (40L * bytes.Length);
    }

    internal static DecodeResult Decode(ref ReadOnlySequence<byte> input, Packet packet, MqttVersion version) =>
        PacketDecoder.Decode(ref input, packet is ConnectPacket ? null : version, SizeMax);

    internal static byte[] Encode(Packet packet, MqttVersion version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PacketEncoder.Write(buffer, packet, version);
        return buffer.WrittenSpan.ToArray();
    }

    // Records with lists and memory are not equal by content; their JSON is.
    internal static string Describe(Packet packet) => JsonSerializer.Serialize(packet, packet.GetType());

    private static ReadOnlySequence<byte> Pieces(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        for (var i = 0; i < bytes.Length; i += size)
        {
            last = new Piece(bytes.Slice(i, Math.Min(size, bytes.Length - i)), last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
