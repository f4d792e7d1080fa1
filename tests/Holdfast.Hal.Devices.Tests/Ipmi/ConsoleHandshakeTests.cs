using FsCheck;
using FsCheck.Fluent;
using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Hal.Devices.Ipmi.Wire;
using Holdfast.Hil.Devices.Ipmi;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>The console's handshake, face to face with the simulated BMC's and with those who only pretend to be one.</summary>
public sealed class ConsoleHandshakeTests : IDisposable
{
    private const string User = "admin";
    private const string Password = "holdfast";

    private static readonly MonotonicTime Now = MonotonicTime.FromSeconds(1000);
    private static readonly byte[] Guid = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    private readonly BmcSessions sessions = new();
    private readonly BmcHandshake bmc;

    public ConsoleHandshakeTests() => bmc = new BmcHandshake(User, Password, Guid, sessions);

    public static TheoryData<byte> Suites => [3, 17];

    [Theory]
    [MemberData(nameof(Suites))]
    public void Who_knows_the_password_gets_the_keys(byte suite)
    {
        var (console, fourth) = UpToRakp4(suite);
        Assert.Null(console.Rakp4(fourth, out var cipher));
        Assert.NotNull(cipher);
        cipher.Dispose();
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_BMC_with_another_password_is_found_out_at_rakp_2(byte suite)
    {
        var console = new ConsoleHandshake(Suite(suite), User, "another"u8);
        Assert.Null(console.Opened(bmc.Open(Payload(console.Open()), Now)!));
        Assert.NotNull(console.Rakp2(bmc.Rakp1(Payload(console.Rakp1()), Now)!));
        Assert.True(console.CredentialsRefused);
    }

    [Fact]
    public void Of_a_password_twenty_bytes_count()
    {
        var other = new BmcHandshake(User, "12345678901234567890", Guid, sessions);
        var console = new ConsoleHandshake(CipherSuite.Three, User, "12345678901234567890 and more"u8);
        Assert.Null(console.Opened(other.Open(Payload(console.Open()), Now)!));
        Assert.Null(console.Rakp2(other.Rakp1(Payload(console.Rakp1()), Now)!));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Every_byte_of_rakp_2_counts(byte suite)
    {
        var (console, second) = UpToRakp2(suite);
        for (var i = 1; i < second.Length; i++)
        {
            // Two bytes are reserved.
            if (i is not (2 or 3))
            {
                Assert.NotNull(console.Rakp2(Forged(second, i)));
            }
        }

        for (var length = 0; length < second.Length; length++)
        {
            Assert.NotNull(console.Rakp2(second.AsSpan(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Every_byte_of_rakp_4_counts(byte suite)
    {
        var (console, fourth) = UpToRakp4(suite);
        for (var i = 1; i < fourth.Length; i++)
        {
            if (i is not (2 or 3))
            {
                Assert.NotNull(console.Rakp4(Forged(fourth, i), out var cipher));
                Assert.Null(cipher);
            }
        }

        for (var length = 0; length < fourth.Length; length++)
        {
            Assert.NotNull(console.Rakp4(fourth.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Nothing_that_a_stranger_invents_opens_a_session() =>
        Prop.ForAll<byte[], byte>(
                (bytes, status) =>
                {
                    var console = new ConsoleHandshake(CipherSuite.Three, User, "holdfast"u8);
                    // As near to a real answer as one can come without the password: its tag, its session id, any length.
                    byte[] near = [3, status, 0, 0, .. Payload(console.Open())[4..8], .. bytes, .. new byte[64]];
                    console.Opened(near);
                    var second = console.Rakp2(near);
                    var fourth = console.Rakp4(near, out var cipher);
                    var noise = console.Opened(bytes) ?? console.Rakp2(bytes) ?? console.Rakp4(bytes, out cipher);
                    return second is not null && fourth is not null && noise is not null && cipher is null;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void A_BMC_that_chooses_no_authentication_integrity_or_encryption_is_refused(int algorithm)
    {
        var console = new ConsoleHandshake(CipherSuite.Three, User, "holdfast"u8);
        var opened = bmc.Open(Payload(console.Open()), Now)!;
        opened[algorithm] = 0;
        Assert.Equal("it chose another cipher suite than asked", console.Opened(opened));
    }

    [Fact]
    public void A_refusal_to_another_tag_or_session_is_not_ours()
    {
        var console = new ConsoleHandshake(CipherSuite.Three, User, "holdfast"u8);
        var mine = Payload(console.Open())[4..8];
        Assert.True(console.IsMine([3, 0x0D]));
        Assert.True(console.IsMine([3, 0x0D, 0, 0, 0, 0, 0, 0]));
        Assert.True(console.IsMine([3, 0x0D, 0, 0, .. mine]));
        Assert.False(console.IsMine([17, 0x11]));
        Assert.False(console.IsMine([3, 0x0D, 0, 0, .. mine[..3], (byte)~mine[3]]));
        Assert.False(console.IsMine([3, 0]));
        Assert.False(console.IsMine([3]));
        Assert.False(console.IsMine([]));
    }

    public void Dispose() => sessions.Dispose();

    private (ConsoleHandshake Console, byte[] Second) UpToRakp2(byte suite)
    {
        var console = new ConsoleHandshake(Suite(suite), User, "holdfast"u8);
        Assert.Null(console.Opened(bmc.Open(Payload(console.Open()), Now)!));
        return (console, bmc.Rakp1(Payload(console.Rakp1()), Now)!);
    }

    private (ConsoleHandshake Console, byte[] Fourth) UpToRakp4(byte suite)
    {
        var (console, second) = UpToRakp2(suite);
        Assert.Null(console.Rakp2(second));
        return (console, bmc.Rakp3(Payload(console.Rakp3()), Now)!);
    }

    private static byte[] Payload(byte[] datagram) => datagram[(RmcpPacket.RmcpLength + RmcpPacket.HeaderLength)..];

    private static byte[] Forged(byte[] response, int at)
    {
        var forged = response.ToArray();
        forged[at] ^= 0x40;
        return forged;
    }

    private static CipherSuite Suite(byte id) => id == 3 ? CipherSuite.Three : CipherSuite.Seventeen;
}
