using Holdfast.Mqtt.Client;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client.Simple;

public sealed class BrokerUrlTests
{
    [Theory]
    [InlineData("mqtt://broker", "broker", 1883, false, null, null)]
    [InlineData("mqtt://me@broker:7", "broker", 7, false, null, "me")]
    [InlineData("mqtts://broker", "broker", 8883, true, null, null)]
    [InlineData("ws://broker", "broker", 80, false, "/mqtt", null)]
    [InlineData("ws://broker:9001/", "broker", 9001, false, "/mqtt", null)]
    [InlineData("wss://farm%203@broker/a/b", "broker", 443, true, "/a/b", "farm 3")]
    [InlineData("mqtt://[::1]:1884", "::1", 1884, false, null, null)]
    public void An_address_says_it_all(string url, string host, int port, bool tls, string? path, string? user)
    {
        var (options, problem) = BrokerUrl.Parse(url, "me");
        Assert.Equal("", problem);
        Assert.Equal((host, port, path, user), (options!.Host, options.Port, options.WebSocketPath, options.UserName));
        Assert.Equal(tls, options.Tls is not null);
    }

    [Theory]
    [InlineData("broker")]
    [InlineData("broker:1883")]
    [InlineData("http://broker")]
    [InlineData("mqtt://")]
    [InlineData("mqtt://broker/path")]
    [InlineData("ws://broker/path?x=1")]
    [InlineData("")]
    public void What_is_none_is_refused_with_words(string url)
    {
        var (options, problem) = BrokerUrl.Parse(url, "me");
        Assert.Null(options);
        Assert.NotEqual("", problem);
    }

    [Fact]
    public void A_password_in_an_address_is_refused_and_not_repeated()
    {
        var (options, problem) = BrokerUrl.Parse("mqtt://me:s3cret@broker", "me");
        Assert.Null(options);
        Assert.Contains("password", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
    }
}
