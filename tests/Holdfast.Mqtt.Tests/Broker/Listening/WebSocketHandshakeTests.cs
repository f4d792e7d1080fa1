using Holdfast.Mqtt.Broker.Listening;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker.Listening;

public sealed class WebSocketHandshakeTests
{
    private static readonly WebSocketRules Rules = new() { Origins = ["https://panel.example"] };

    [Fact]
    public void The_example_of_the_RFC_is_answered_as_it_says()
    {
        var (answer, isGood) = WebSocketHandshake.Answer(Request(), Rules);
        Assert.True(isGood);
        // RFC 6455 §1.3.
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Protocol: mqtt\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /mqtt", "GET /other", "404")]
    [InlineData("GET", "POST", "400")]
    [InlineData("Upgrade: websocket", "Upgrade: h2c", "426")]
    [InlineData("Version: 13", "Version: 8", "426")]
    [InlineData("Protocol: mqtt", "Protocol: chat", "400")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", "400")]
    [InlineData("Host: a", "Host: a\r\nOrigin: https://evil.example", "403")]
    public void What_is_no_WebSocket_of_ours_is_refused(string good, string bad, string status)
    {
        var request = Request().Replace(good, bad, StringComparison.Ordinal);
        var (answer, isGood) = WebSocketHandshake.Answer(request, Rules);
        Assert.False(isGood);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:9001", true)]
    [InlineData("rebound.example:9001", false)]
    public void A_page_from_here_may_connect_by_address_and_not_by_name(string host, bool isGood)
    {
        var request = Request().Replace("Host: a", $"Host: {host}\r\nOrigin: http://{host}", StringComparison.Ordinal);
        Assert.Equal(isGood, WebSocketHandshake.Answer(request, Rules).IsGood);
    }

    [Fact]
    public void A_page_that_is_named_may_connect() =>
        Assert.True(
            WebSocketHandshake
                .Answer(
                    Request().Replace("Host: a", "Host: a\r\nOrigin: https://panel.example", StringComparison.Ordinal),
                    Rules
                )
                .IsGood
        );

    private static string Request() =>
        "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt";
}
