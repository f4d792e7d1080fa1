using FsCheck;
using FsCheck.Fluent;
using Holdfast.Hal.Devices.Ipmi.Wire;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi.Wire;

public sealed class RmcpPacketTests
{
    private const uint Session = 0x01020304;

    public static TheoryData<byte> Suites => [3, 17];

    [Fact]
    public void Any_bytes_are_a_frame_or_not_and_never_an_exception() =>
        Prop.ForAll<byte[], ushort>(
                (tail, length) =>
                {
                    byte[] head =
                    [
                        0x06,
                        0,
                        0xFF,
                        0x07,
                        0x06,
                        0,
                        1,
                        2,
                        3,
                        4,
                        5,
                        6,
                        7,
                        8,
                        (byte)length,
                        (byte)(length >> 8),
                    ];
                    RmcpPacket.TryRead(tail, out _);
                    return RmcpPacket.TryRead([.. head, .. tail], out var frame)
                        ? frame.Payload.Length == length
                        : length > tail.Length;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_message_of_any_length_is_opened_by_the_other_end(byte id)
    {
        using var cipher = Cipher(id);
        for (var length = 1; length < 100; length++)
        {
            var message = new byte[length];
            new SeededRandom((ulong)length).Fill(message);
            var packet = RmcpPacket.Signed(cipher, Session, 7, message);
            Assert.True(RmcpPacket.TryRead(packet, out var frame));
            Assert.Equal((Session, 7u), (frame.Session, frame.Sequence));
            Assert.Equal(message, RmcpPacket.Open(frame, cipher, Suite(id)));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_packet_of_which_one_bit_was_turned_is_dropped(byte id)
    {
        using var cipher = Cipher(id);
        var packet = RmcpPacket.Signed(cipher, Session, 7, [1, 2, 3, 4, 5, 6, 7]);
        // The RMCP header in front is not signed; from the session header on every bit is.
        for (var bit = RmcpPacket.RmcpLength * 8; bit < packet.Length * 8; bit++)
        {
            var forged = packet.ToArray();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(
                !RmcpPacket.TryRead(forged, out var frame) || RmcpPacket.Open(frame, cipher, Suite(id)) is null
            );
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_packet_that_was_cut_or_has_grown_is_dropped(byte id)
    {
        using var cipher = Cipher(id);
        var packet = RmcpPacket.Signed(cipher, Session, 7, [1, 2, 3, 4, 5, 6, 7]);
        for (var length = 0; length < packet.Length; length++)
        {
            Assert.True(
                !RmcpPacket.TryRead(packet.AsSpan(0, length), out var cut)
                    || RmcpPacket.Open(cut, cipher, Suite(id)) is null
            );
        }

        Assert.True(RmcpPacket.TryRead([.. packet, 0], out var grown));
        Assert.Null(RmcpPacket.Open(grown, cipher, Suite(id)));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_packet_under_another_key_is_dropped(byte id)
    {
        using var cipher = Cipher(id);
        using var other = new SessionCipher(Suite(id), new byte[Suite(id).HashLength]);
        Assert.True(RmcpPacket.TryRead(RmcpPacket.Signed(other, Session, 7, [1, 2, 3]), out var frame));
        Assert.Null(RmcpPacket.Open(frame, cipher, Suite(id)));
    }

    [Fact]
    public void A_message_that_is_neither_signed_nor_encrypted_is_not_one_of_a_session()
    {
        using var cipher = Cipher(3);
        Assert.True(RmcpPacket.TryRead(RmcpPacket.Unsigned(RmcpPacket.MessagePayload, new byte[64]), out var frame));
        Assert.Null(RmcpPacket.Open(frame, cipher, CipherSuite.Three));
    }

    [Fact]
    public void Any_ciphertext_is_decrypted_or_dropped()
    {
        using var cipher = Cipher(17);
        Prop.ForAll<byte[]>(payload => cipher.Decrypt(payload) is null or { Length: < int.MaxValue })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
        for (var length = 0; length < 100; length++)
        {
            var plain = cipher.Decrypt(new byte[length]);
            Assert.True(plain is null || plain.Length < length);
        }
    }

    private static CipherSuite Suite(byte id) => id == 3 ? CipherSuite.Three : CipherSuite.Seventeen;

    private static SessionCipher Cipher(byte id) =>
        new(Suite(id), [.. Enumerable.Range(1, Suite(id).HashLength).Select(i => (byte)i)]);
}
