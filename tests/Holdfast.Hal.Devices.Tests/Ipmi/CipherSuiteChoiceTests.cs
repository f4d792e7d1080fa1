using Holdfast.Hal.Devices.Ipmi.Wire;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>Which cipher suites the driver offers and takes, seen on the wire.</summary>
public sealed class CipherSuiteChoiceTests : IAsyncLifetime
{
    private const int OpenResponseAuthentication = RmcpPacket.RmcpLength + RmcpPacket.HeaderLength + 16;

    private SpoiltNetwork rig = null!;

    public async ValueTask InitializeAsync() => rig = await SpoiltNetwork.StartAsync();

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task Suite_17_is_offered_first_then_3_and_never_0()
    {
        var offered = new List<(byte, byte, byte)>();
        rig.Relay.Request = datagram =>
        {
            if (datagram[SpoiltNetwork.PayloadType] == RmcpPacket.OpenRequest)
            {
                offered.Add((datagram[28], datagram[36], datagram[44]));
            }

            return [datagram];
        };
        // In two bytes, as ipmi_sim does, and twice: the second must not be taken for an answer to suite 3.
        rig.Relay.Answer = datagram =>
            datagram[SpoiltNetwork.PayloadType] == RmcpPacket.OpenResponse && datagram[16] == 17
                ? [Refusal(17, 0x04), Refusal(17, 0x04)]
                : [datagram];
        Assert.Equal(PowerState.On, (await rig.ObserveAsync()).State);
        Assert.Equal([(3, 4, 1), (1, 1, 1)], offered);
    }

    [Fact]
    public async Task Suite_17_is_used_where_the_BMC_knows_it()
    {
        var opened = 0;
        rig.Relay.Request = datagram =>
        {
            opened += datagram[SpoiltNetwork.PayloadType] == RmcpPacket.OpenRequest ? 1 : 0;
            return [datagram];
        };
        Assert.Equal(PowerState.On, (await rig.ObserveAsync()).State);
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task A_BMC_that_answers_with_suite_0_is_not_trusted_with_anything()
    {
        var further = 0;
        rig.Relay.Request = datagram =>
        {
            further += datagram[SpoiltNetwork.PayloadType] == RmcpPacket.OpenRequest ? 0 : 1;
            return [datagram];
        };
        rig.Relay.Answer = datagram =>
        {
            datagram[OpenResponseAuthentication] = 0;
            return [datagram];
        };
        var seen = await rig.ObserveAsync();
        Assert.Equal(PowerState.Unknown, seen.State);
        Assert.Contains("another cipher suite than asked", seen.Detail, StringComparison.Ordinal);
        Assert.Equal(0, further);
    }

    private static byte[] Refusal(byte tag, byte status) => RmcpPacket.Unsigned(RmcpPacket.OpenResponse, [tag, status]);
}
