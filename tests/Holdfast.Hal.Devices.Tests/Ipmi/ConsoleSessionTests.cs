using FsCheck;
using FsCheck.Fluent;
using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Hal.Devices.Ipmi.Wire;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>Which datagrams a console takes for the answer to its question.</summary>
public sealed class ConsoleSessionTests : IDisposable
{
    private const uint ConsoleId = 0x11223344;
    private const uint BmcId = 0x55667788;
    private const byte Chassis = 0x00;
    private const byte GetStatus = 0x01;

    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly SessionCipher bmc = new(CipherSuite.Seventeen, Key);
    private readonly ConsoleSession console = new(
        CipherSuite.Seventeen,
        new SessionCipher(CipherSuite.Seventeen, Key),
        ConsoleId,
        BmcId
    );

    public ConsoleSessionTests() => console.Begin();

    [Fact]
    public void The_answer_to_the_question_is_taken() => Assert.Equal([0, 0x21], Read(Answer(1)));

    [Fact]
    public void A_copy_of_an_answer_is_dropped()
    {
        var answer = Answer(1);
        Assert.NotNull(Read(answer));
        Assert.Null(Read(answer));
    }

    [Fact]
    public void An_answer_that_somebody_kept_does_not_pass_again_when_the_question_comes_round()
    {
        var kept = Answer(1);
        Assert.NotNull(Read(kept));
        // The number of a question has six bits.
        for (var i = 0; i < 64; i++)
        {
            console.Begin();
        }

        Assert.Null(Read(kept));
        Assert.NotNull(Read(Answer(2)));
    }

    [Fact]
    public void A_late_answer_to_the_question_before_is_dropped()
    {
        var late = Answer(1);
        console.Begin();
        Assert.Null(Read(late));
        Assert.NotNull(Read(Answer(2, question: 2)));
    }

    [Fact]
    public void An_answer_older_than_one_already_seen_is_dropped()
    {
        Assert.Null(Read(Answer(9, command: 0x02)));
        Assert.Null(Read(Answer(8)));
        Assert.NotNull(Read(Answer(10)));
    }

    [Fact]
    public void An_answer_that_was_never_numbered_is_dropped() => Assert.Null(Read(Answer(0)));

    [Fact]
    public void Answers_to_another_function_command_question_or_session_are_dropped()
    {
        Assert.Null(Read(Answer(1, function: 0x06)));
        Assert.Null(Read(Answer(2, command: 0x02)));
        Assert.Null(Read(Answer(3, question: 2)));
        Assert.Null(Read(Answer(4, session: BmcId)));
        Assert.NotNull(Read(Answer(5)));
    }

    [Fact]
    public void An_answer_under_another_key_is_dropped_and_moves_nothing()
    {
        using var stranger = new SessionCipher(CipherSuite.Seventeen, new byte[32]);
        Assert.Null(Read(RmcpPacket.Signed(stranger, ConsoleId, 1000, Message(Chassis, GetStatus, 1))));
        Assert.NotNull(Read(Answer(1)));
    }

    [Fact]
    public void A_signed_message_of_any_bytes_is_no_exception() =>
        Prop.ForAll<byte[]>(message =>
            {
                using var fresh = new ConsoleSession(
                    CipherSuite.Seventeen,
                    new SessionCipher(CipherSuite.Seventeen, Key),
                    ConsoleId,
                    BmcId
                );
                return fresh.Read(RmcpPacket.Signed(bmc, ConsoleId, 1, message), Chassis, GetStatus) is null;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_datagram_is_no_exception() =>
        Prop.ForAll<byte[]>(bytes => Read(bytes) is null && Read([.. Answer(1)[..20], .. bytes]) is null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Questions_are_numbered_from_one_and_a_repeated_one_keeps_its_question_number()
    {
        var first = Opened(console.Request(Chassis, GetStatus, []), out var sequence);
        var again = Opened(console.Request(Chassis, GetStatus, []), out var next);
        Assert.Equal((1u, 2u), (sequence, next));
        Assert.Equal(first, again);
        console.Begin();
        Assert.NotEqual(first, Opened(console.Request(Chassis, GetStatus, []), out _));
    }

    public void Dispose()
    {
        bmc.Dispose();
        console.Dispose();
    }

    private byte[]? Read(byte[] datagram) => console.Read(datagram, Chassis, GetStatus);

    private byte[] Answer(
        uint sequence,
        byte function = Chassis,
        byte command = GetStatus,
        byte question = 1,
        uint session = ConsoleId
    ) => RmcpPacket.Signed(bmc, session, sequence, Message(function, command, question));

    private static byte[] Message(byte function, byte command, byte question)
    {
        byte[] head = [0x81, (byte)((function | 1) << 2)];
        byte[] tail = [0x20, (byte)(question << 2), command, 0x00, 0x21];
        return [.. head, Checksum(head), .. tail, Checksum(tail)];
    }

    private static byte Checksum(byte[] bytes) => (byte)-bytes.Sum(b => b);

    private byte[] Opened(byte[] request, out uint sequence)
    {
        Assert.True(RmcpPacket.TryRead(request, out var frame));
        Assert.Equal(BmcId, frame.Session);
        sequence = frame.Sequence;
        return RmcpPacket.Open(frame, bmc, CipherSuite.Seventeen)!;
    }
}
