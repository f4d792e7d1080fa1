using System.Net;
using System.Security.Authentication;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>The ways to a stranger's broker: proxy, WebSocket, several addresses, certificates that change.</summary>
public sealed class MosquittoWaysTests : IDisposable
{
    private readonly Certificates certificates = new();
    private readonly List<string> heads = [];

    public void Dispose() => certificates.Dispose();

    [Fact]
    public async Task Through_a_proxy_that_wants_a_name()
    {
        await using var mosquitto = await Mosquitto.StartAsync("set_tcp_nodelay true");
        await using var proxy = LoopbackServer.Proxy("farm:s3cret", heads);
        var options = Options(mosquitto) with
        {
            Proxy = new MqttProxy("127.0.0.1", proxy.Port) { UserName = "farm", Password = "s3cret"u8.ToArray() },
        };
        await GoesThereAndBackAsync(options);
        Assert.StartsWith($"CONNECT 127.0.0.1:{mosquitto.Port} HTTP/1.1\r\n", heads[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_does_not_know_us_is_told_apart_from_the_broker()
    {
        await using var proxy = LoopbackServer.Proxy("farm:s3cret", heads);
        var options = TestClient.Options(1883, "a") with
        {
            Proxy = new MqttProxy("127.0.0.1", proxy.Port) { UserName = "farm", Password = "wr0ng"u8.ToArray() },
        };
        await using var client = TestClient.Start(options);
        var change = await client.UntilAsync(c => c.Detail.StartsWith("the proxy", StringComparison.Ordinal));
        Assert.EndsWith("does not accept our name and password", change.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", $"{change.Detail}{options}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_websocket_through_a_proxy()
    {
        await using var mosquitto = await Mosquitto.StartAsync("set_tcp_nodelay true");
        await using var web = LoopbackServer.WebSocket(mosquitto.Port, heads);
        await using var proxy = LoopbackServer.Proxy(null, heads);
        var options = TestClient.Options(web.Port, "a", new MqttSubscription("t")) with
        {
            WebSocketPath = "/mqtt",
            Proxy = new MqttProxy("127.0.0.1", proxy.Port),
        };
        await GoesThereAndBackAsync(options);
        Assert.StartsWith("GET /mqtt HTTP/1.1\r\n", heads[1], StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Protocol: mqtt\r\n", heads[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_server_that_is_none_for_mqtt_is_named()
    {
        await using var web = new LoopbackServer(
            async (stream, end) => await stream.WriteAsync("HTTP/1.1 404 Not Found\r\n\r\n"u8.ToArray(), end)
        );
        await using var client = TestClient.Start(TestClient.Options(web.Port, "a") with { WebSocketPath = "/x" });
        var change = await client.UntilAsync(c => c.Detail.StartsWith("no WebSocket", StringComparison.Ordinal));
        Assert.EndsWith("/x: it answered 404 Not Found", change.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_first_address_is_dead_the_next_one_is_taken()
    {
        await using var mosquitto = await Mosquitto.StartAsync("set_tcp_nodelay true");
        var options = TestClient.Options(LoopbackPort.Free(), "a", new MqttSubscription("t")) with
        {
            OtherAddresses = [new("127.0.0.1", mosquitto.Port)],
        };
        await GoesThereAndBackAsync(options);
    }

    [Fact]
    public async Task A_broker_that_names_another_is_believed()
    {
        await using var mosquitto = await Mosquitto.StartAsync("set_tcp_nodelay true");
        await using var crowded = new LoopbackServer((stream, end) => RefuseAsync(stream, mosquitto.Port, end));
        await GoesThereAndBackAsync(TestClient.Options(crowded.Port, "a", new MqttSubscription("t")));
    }

    [Fact]
    public async Task Tls_is_1_3_where_it_is_asked_for()
    {
        await using var mosquitto = await StartTlsAsync();
        using var mine = certificates.Issue("rack-1", null);
        var tls = certificates.ClientOptions(mine);
        tls.EnabledSslProtocols = SslProtocols.Tls13;
        await GoesThereAndBackAsync(Options(mosquitto) with { Tls = tls });
    }

    [Fact]
    public async Task Certificates_change_under_load_without_a_failed_or_lost_message()
    {
        await using var mosquitto = await StartTlsAsync();
        using var first = certificates.Issue("rack-1", null);
        using var second = certificates.Issue("rack-1", null);
        var current = first;
        var asked = 0;
        var options = Options(mosquitto) with
        {
            Tls = certificates.ClientOptions(null),
            ClientCertificate = () =>
            {
                Interlocked.Increment(ref asked);
                return Volatile.Read(ref current);
            },
            CertificatePeriod = TimeSpan.FromMilliseconds(1),
            ResponseTimeout = TimeSpan.FromSeconds(5),
            KeepAlive = TimeSpan.FromMilliseconds(400),
            SessionExpiry = TimeSpan.FromMinutes(1),
        };
        await using var client = await TestClient.ConnectAsync(options);
        var renewals = 0;
        for (var i = 0; renewals < 3; i++)
        {
            var sent = client.PublishAsync("t", $"{i}", (MqttQos)(1 + i % 2));
            if (i % 50 == 0)
            {
                Volatile.Write(ref current, ReferenceEquals(current, first) ? second : first);
                await client.UntilAsync(change => change.IsRenewal);
                renewals++;
            }

            Assert.Equal(new PublishOutcome(PublishResult.Delivered, ""), await sent);
            Assert.Equal($"{i}", (await client.NextAsync()).Text);
        }

        Assert.True(asked > 3);
    }

    [Fact]
    public async Task A_renewal_without_a_session_fails_no_publish()
    {
        await using var mosquitto = await Mosquitto.StartAsync("set_tcp_nodelay true");
        await using var reader = await TestClient.ConnectAsync(
            TestClient.Options(mosquitto.Port, "reader", new MqttSubscription("t", MqttQos.ExactlyOnce))
        );
        await using var writer = await TestClient.ConnectAsync(TestClient.Options(mosquitto.Port, "writer"));
        var sending = new List<Task<PublishOutcome>>();
        for (var i = 0; i < 600; i++)
        {
            sending.Add(writer.PublishAsync("t", $"{i}", MqttQos.AtLeastOnce));
            if (i % 200 == 0)
            {
                writer.Client.Renew();
                await writer.UntilAsync(change => change.IsRenewal);
            }
        }

        Assert.All(await Task.WhenAll(sending), outcome => Assert.Equal(PublishResult.Delivered, outcome.Result));
        for (var i = 0; i < 600; i++)
        {
            Assert.Equal($"{i}", (await reader.NextAsync()).Text);
        }
    }

    private static async Task GoesThereAndBackAsync(MqttClientOptions options)
    {
        await using var client = await TestClient.ConnectAsync(options);
        for (var i = 0; i < 50; i++)
        {
            var text = new string('x', i * 500);
            Assert.Equal(PublishResult.Delivered, (await client.PublishAsync("t", text, MqttQos.AtLeastOnce)).Result);
            Assert.Equal(text, (await client.NextAsync()).Text);
        }
    }

    private static async Task RefuseAsync(Stream stream, int port, CancellationToken end)
    {
        // Whatever CONNECT is, it comes in one piece.
        await stream.ReadAtLeastAsync(new byte[512], 1, cancellationToken: end);
        var reference = System.Text.Encoding.UTF8.GetBytes($"127.0.0.1:{port}");
        byte[] properties = [0x1C, 0, (byte)reference.Length, .. reference];
        await stream.WriteAsync(
            (byte[])[0x20, (byte)(3 + properties.Length), 0, 0x9C, (byte)properties.Length, .. properties],
            end
        );
    }

    private static MqttClientOptions Options(Mosquitto mosquitto) =>
        TestClient.Options(mosquitto.Port, "a", new MqttSubscription("t", MqttQos.ExactlyOnce));

    private Task<Mosquitto> StartTlsAsync() =>
        Mosquitto.StartAsync(
            folder => certificates.WriteServer(folder, IPAddress.Loopback),
            "cafile {folder}/ca.pem",
            "certfile {folder}/server.pem",
            "keyfile {folder}/server.key",
            "require_certificate true",
            "use_identity_as_username true",
            "set_tcp_nodelay true"
        );
}
