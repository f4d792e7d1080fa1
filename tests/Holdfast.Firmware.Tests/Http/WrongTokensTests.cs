using System.Net;
using Holdfast.Firmware.Http;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

public sealed class WrongTokensTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly WrongTokens wrong;

    public WrongTokensTests() => wrong = new WrongTokens(clock);

    [Fact]
    public void One_sender_does_not_lock_out_another()
    {
        Guess("10.0.0.1", WrongTokens.AttemptsMax);
        Assert.True(IsBlocked("10.0.0.1"));
        Assert.True(IsBlocked("::ffff:10.0.0.1"));
        Assert.False(IsBlocked("10.0.0.2"));
    }

    [Fact]
    public void An_ipv6_network_is_one_sender()
    {
        for (var i = 0; i < WrongTokens.AttemptsMax; i++)
        {
            Guess($"fd00::{i:x}", 1);
        }

        Assert.True(IsBlocked("fd00::ffff"));
        Assert.False(IsBlocked("fd00:1::1"));
    }

    [Fact]
    public void A_few_wrong_ones_in_each_minute_are_a_person()
    {
        for (var i = 0; i < 100; i++)
        {
            Guess("10.0.0.1", WrongTokens.AttemptsMax - 1);
            Assert.False(IsBlocked("10.0.0.1"));
            clock.Advance(WrongTokens.Within + TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void However_many_senders_there_are_few_are_remembered()
    {
        Guess("10.0.0.1", WrongTokens.AttemptsMax);
        for (var i = 0; i < WrongTokens.SendersMax; i++)
        {
            Guess($"10.1.{i / 256}.{i % 256}", 1);
        }

        Assert.False(IsBlocked("10.0.0.1"));
    }

    private void Guess(string sender, int times)
    {
        for (var i = 0; i < times; i++)
        {
            wrong.Count(IPAddress.Parse(sender));
        }
    }

    private bool IsBlocked(string sender) => wrong.IsBlocked(IPAddress.Parse(sender));
}
