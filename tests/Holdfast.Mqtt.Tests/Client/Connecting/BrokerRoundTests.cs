using Holdfast.Mqtt.Client;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client.Connecting;

public sealed class BrokerRoundTests
{
    private static readonly MqttClientOptions Options = new("a", 1, "me")
    {
        OtherAddresses = [new("b", 2), new("c", 3)],
        RedirectsMax = 2,
    };

    private readonly BrokerRound round = new(Options);

    [Fact]
    public void Addresses_are_tried_in_turn_and_then_it_is_time_to_pause()
    {
        Assert.Equal("a", round.Current.Host);
        Fail();
        Assert.Equal("b", round.Current.Host);
        Assert.False(round.WasRoundTheHouses);
        Fail();
        Fail();
        Assert.Equal("a", round.Current.Host);
        Assert.True(round.WasRoundTheHouses);
        Fail();
        Assert.False(round.WasRoundTheHouses);
    }

    [Fact]
    public void An_address_that_worked_is_asked_first_again()
    {
        Fail();
        round.Ended(wasUp: true, null);
        Assert.Equal("b", round.Current.Host);
    }

    [Fact]
    public void A_broker_that_sends_us_elsewhere_is_followed_for_now()
    {
        Assert.True(round.Ended(wasUp: false, new Redirect("other:99", IsPermanent: false)));
        Assert.Equal(new BrokerAddress("other", 99), round.Current);
        Fail();
        Assert.Equal("a", round.Current.Host);
    }

    [Fact]
    public void A_broker_that_moved_has_moved()
    {
        Assert.True(round.Ended(wasUp: true, new Redirect("other:99", IsPermanent: true)));
        round.Ended(wasUp: true, null);
        Fail();
        Fail();
        Fail();
        Assert.Contains(new BrokerAddress("other", 99), Next(4));
        Assert.DoesNotContain(new BrokerAddress("a", 1), Next(4));
    }

    [Fact]
    public void Brokers_that_send_us_round_in_circles_are_left()
    {
        Assert.True(round.Ended(wasUp: false, new Redirect("x", false)));
        Assert.True(round.Ended(wasUp: false, new Redirect("y", false)));
        Assert.False(round.Ended(wasUp: false, new Redirect("x", false)));
        Assert.Equal("a", round.Current.Host);
    }

    [Fact]
    public void A_redirect_that_led_nowhere_once_may_be_followed_later()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.True(round.Ended(wasUp: false, new Redirect("dead", false)));
            Fail();
            Assert.Equal("a", round.Current.Host);
        }
    }

    [Theory]
    [InlineData("host:1", "host", 1)]
    [InlineData("host", "host", 1)]
    [InlineData("10.0.0.7:8883 other:1", "10.0.0.7", 8883)]
    [InlineData("[2001:db8::1]:8883", "2001:db8::1", 8883)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 1)]
    [InlineData("2001:db8::1", "2001:db8::1", 1)]
    [InlineData("not/a/host host:7", "host", 7)]
    [InlineData("host:70000 :: x:9", "::", 1)]
    public void References_are_read(string reference, string host, int port)
    {
        Assert.True(round.Ended(wasUp: false, new Redirect(reference, false)));
        Assert.Equal(new BrokerAddress(host, port), round.Current);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":")]
    [InlineData("[]:")]
    [InlineData("a b\u0007:1x")]
    [InlineData("]:1")]
    public void Nonsense_leads_nowhere_good_and_throws_nothing(string reference) =>
        round.Ended(wasUp: false, new Redirect(reference, false));

    private void Fail() => Assert.False(round.Ended(wasUp: false, null));

    private List<BrokerAddress> Next(int count)
    {
        var seen = new List<BrokerAddress>();
        for (var i = 0; i < count; i++)
        {
            seen.Add(round.Current);
            Fail();
        }

        return seen;
    }
}
