using FsCheck;
using FsCheck.Fluent;
using Holdfast.Hal.Devices.Ipmi.Wire;
using Holdfast.Hil.Devices.Ipmi;
using Xunit;

namespace Holdfast.Hil.Tests;

/// <summary>What strangers may send to a BMC without knowing its password.</summary>
public sealed class MalformedIpmiTests
{
    private static readonly MonotonicTime Now = MonotonicTime.FromSeconds(1000);
    private static readonly byte[] Guid = new byte[16];

    private readonly BmcSessions sessions = new();
    private readonly SilentNode node = new();
    private readonly BmcProtocol protocol;

    public MalformedIpmiTests()
    {
        var handshake = new BmcHandshake("admin", "secret", Guid, sessions);
        protocol = new BmcProtocol(handshake, sessions, new BmcCommands(node, Guid, sessions));
    }

    [Fact]
    public void Nothing_that_is_sent_breaks_the_controller_or_moves_the_node() =>
        Prop.ForAll<byte[], byte>(
                (tail, type) =>
                {
                    byte[][] heads =
                    [
                        [],
                        [0x06, 0x00, 0xFF, 0x06],
                        [0x06, 0x00, 0xFF, 0x07, 0x00, 0, 0, 0, 0, 0, 0, 0, 0],
                        [0x06, 0x00, 0xFF, 0x07, 0x06, type, 0, 0, 0, 0, 0, 0, 0, 0, (byte)tail.Length, 0],
                        [0x06, 0x00, 0xFF, 0x07, 0x06, (byte)(0x10 + (type % 6)), 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0],
                    ];
                    foreach (var head in heads)
                    {
                        protocol.Answer([.. head, .. tail, .. new byte[type]], Now);
                    }

                    return node.Commands == 0;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Every_command_with_any_data_gets_a_completion_code()
    {
        var random = new SeededRandom(9);
        var commands = new BmcCommands(node, Guid, sessions);
        using var session = new BmcSession(1, 2, CipherSuite.Seventeen, privilegeMax: 4);
        for (var i = 0; i < 200_000; i++)
        {
            var data = new byte[random.Next(12)];
            random.Fill(data);
            var answer = commands.Answer((byte)random.Next(64), (byte)random.Next(256), data, session);
            Assert.InRange(answer!.Length, 1, BmcCommands.AnswerMax);
        }
    }

    [Fact]
    public void Only_so_many_sessions_are_half_open_at_once()
    {
        byte[] open =
        [
            0x06,
            0x00,
            0xFF,
            0x07,
            0x06,
            0x10,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            32,
            0,
            0,
            0,
            0,
            0,
            1,
            2,
            3,
            4,
            0,
            0,
            0,
            8,
            1,
            0,
            0,
            0,
            1,
            0,
            0,
            8,
            1,
            0,
            0,
            0,
            2,
            0,
            0,
            8,
            1,
            0,
            0,
            0,
        ];
        var answers = Enumerable.Range(0, 1000).Select(_ => protocol.Answer(open, Now)!).ToArray();
        Assert.All(answers, answer => Assert.Equal(0, answer[17]));
        var ids = answers.Select(answer => BitConverter.ToUInt32(answer, 24));
        Assert.Equal(BmcSessions.SessionsMax, ids.Count(sessions.Contains));
    }

    [Fact]
    public void Active_sessions_are_limited_and_end_when_they_are_silent()
    {
        for (var i = 0; i < BmcSessions.SessionsMax; i++)
        {
            sessions.TryAdd(1, CipherSuite.Three, 4, Now)!.Activate(new byte[20]);
        }

        Assert.Null(sessions.TryAdd(1, CipherSuite.Three, 4, Now + BmcSessions.IdleMax));
        Assert.NotNull(sessions.TryAdd(1, CipherSuite.Three, 4, Now + BmcSessions.IdleMax + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_packet_is_taken_once_and_late_ones_only_within_the_window()
    {
        using var session = new BmcSession(1, 2, CipherSuite.Three, privilegeMax: 4);
        Assert.True(session.Accept(20));
        Assert.False(session.Accept(20));
        Assert.True(session.Accept(18));
        Assert.False(session.Accept(18));
        Assert.True(session.Accept(21));
        Assert.False(session.Accept(18));
        Assert.True(session.Accept(19));
        Assert.False(session.Accept(3));
        Assert.True(session.Accept(1000));
        Assert.True(session.Accept(999));
        Assert.False(session.Accept(21));
        Assert.False(session.Accept(0));
    }

    [Fact]
    public void A_session_that_asked_for_less_may_not_switch()
    {
        using var session = new BmcSession(1, 2, CipherSuite.Three, privilegeMax: 2);
        var commands = new BmcCommands(node, Guid, sessions);
        Assert.Equal([Completion.PrivilegeTooHigh], commands.Answer(0x06, 0x3B, [4], session)!);
        Assert.Equal([Completion.NeedsPrivilege], commands.Answer(0x00, 0x02, [1], session)!);
        Assert.Equal(0, node.Commands);
    }

    private sealed class SilentNode : INodeHardware
    {
        public int Commands { get; private set; }

        public bool Powered => false;

        public Watts PowerMax => new(200);

        public Celsius InletTemperature => new(20);

        public Celsius ProcessorTemperature => new(20);

        public Watts Draw => new(6);

        public Rpm FanSpeed => Rpm.Zero;

        public void PowerOn() => Commands++;

        public void PowerOff() => Commands++;

        public void SoftOff() => Commands++;

        public bool Cycle() => ++Commands > 0;

        public bool Reset() => ++Commands > 0;
    }
}
