using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Broker.Listening;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker.Listening;

/// <summary>Mosquitto's clients and Paho's over TLS and WebSocket, with users and rules.</summary>
public sealed class ListenerTests : IDisposable
{
    private readonly Certificates certificates = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-listener-");

    public ListenerTests()
    {
        certificates.WriteServer(folder.FullName, IPAddress.Loopback);
        certificates.WriteClient(folder.FullName, "anna");
    }

    [Fact]
    public async Task A_clients_certificate_says_the_user_and_the_rules_say_what_it_may()
    {
        await using var broker = await StartAsync(Identity(CertificateName.CommonName), Rules());
        var port = broker.EndPoint.Port;
        await using var sub = await MosquittoSub.StartAsync(
            port,
            [.. Tls(), .. Mine(), "-V", "5", "-t", "users/anna/#", "-F", "%t %p"]
        );
        await MosquittoPub.RunAsync(port, [.. Tls(), .. Mine(), "-q", "1", "-t", "users/berta/x", "-m", "denied"]);
        await MosquittoPub.RunAsync(port, [.. Tls(), .. Mine(), "-q", "1", "-t", "users/anna/x", "-m", "allowed"]);
        Assert.Equal("users/anna/x allowed", await sub.NextAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            MosquittoPub.RunAsync(port, [.. Tls(), "-t", "users/anna/x", "-m", "without a certificate"])
        );
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_right_one_let_in()
    {
        await using var broker = await StartAsync(
            Identity(CertificateName.None) with
            {
                ClientAuthorities = [],
            },
            Rules()
        );
        var port = broker.EndPoint.Port;
        string[] message = ["-t", "users/anna/x", "-m", "x", "-q", "1"];
        await MosquittoPub.RunAsync(port, [.. Tls(), .. message, "-u", "anna", "-P", "secret"]);
        foreach (
            var wrong in (string[][])
                [
                    ["-u", "anna", "-P", "wrong"],
                    ["-u", "berta", "-P", "secret"],
                    [],
                ]
        )
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                MosquittoPub.RunAsync(port, [.. Tls(), .. message, .. wrong])
            );
        }
    }

    [Fact]
    public async Task Certificates_are_exchanged_under_load_without_a_drop()
    {
        var tls = new BrokerTls(Identity(CertificateName.None) with { ClientAuthorities = [] });
        var listener = new BrokerListener { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Tls = tls };
        await using var broker = await TestBroker.StartAsync(new MqttBrokerOptions { Listeners = [listener] });
        var plain = TestClient.Options(broker.EndPoint.Port, "steady", new MqttSubscription("t", MqttQos.AtLeastOnce));
        await using var client = await TestClient.ConnectAsync(plain with { Tls = certificates.ClientOptions(null) });
        for (var round = 0; round < 10; round++)
        {
            certificates.WriteServer(folder.FullName, IPAddress.Loopback);
            tls.Replace(Identity(CertificateName.None) with { ClientAuthorities = [] });
            for (var i = 0; i < 50; i++)
            {
                await client.PublishAsync("t", $"{round}-{i}", MqttQos.AtLeastOnce);
                Assert.Equal($"{round}-{i}", (await client.NextAsync()).Text);
            }

            await using var fresh = await TestClient.ConnectAsync(
                TestClient.Options(broker.EndPoint.Port, $"fresh-{round}") with
                {
                    Tls = certificates.ClientOptions(null),
                }
            );
        }

        Assert.True(client.Client.IsConnected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Paho_speaks_WebSocket_with_it(bool isSecured)
    {
        Counterpart.Require("python3", "python3-paho-mqtt");
        var listener = new BrokerListener
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            WebSocket = new WebSocketRules(),
            Tls = isSecured ? new BrokerTls(Identity(CertificateName.None) with { ClientAuthorities = [] }) : null,
        };
        await using var broker = await TestBroker.StartAsync(new MqttBrokerOptions { Listeners = [listener] });
        var script = $"""
            import sys
            import paho.mqtt.client as mqtt
            kind = getattr(mqtt, "CallbackAPIVersion", None)
            arguments = [kind.VERSION1] if kind else []
            client = mqtt.Client(*arguments, client_id="paho", transport="websockets")
            client.ws_set_options(path="/mqtt")
            {(isSecured ? $"client.tls_set(ca_certs='{folder.FullName}/ca.pem')" : "")}
            def message(c, u, m):
                sys.stdout.write(str(len(m.payload)) + m.payload[:5].decode())
                c.disconnect()
            client.on_message = message
            client.on_connect = lambda c, u, f, rc: c.subscribe("t", 1)
            client.on_subscribe = lambda *a: client.publish("t", "hello" + "x" * 100000, 1)
            client.connect("127.0.0.1", {broker.EndPoint.Port})
            client.loop_forever()
            """;
        var start = new ProcessStartInfo("/usr/bin/python3", ["-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var python = Process.Start(start)!;
        await python.StandardInput.WriteAsync(script);
        python.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience.Long);
        try
        {
            Assert.Equal("100005hello", await python.StandardOutput.ReadToEndAsync(patience.Token));
        }
        finally
        {
            if (!python.HasExited)
            {
                python.Kill();
            }
        }
    }

    [Fact]
    public async Task What_the_broker_tells_of_itself_is_retained_under_SYS()
    {
        await using var broker = await TestBroker.StartAsync(
            TestBroker.AnyPort with
            {
                SystemTopicsPeriod = TimeSpan.FromSeconds(10),
            }
        );
        var port = broker.EndPoint.Port;
        await using var sub = await MosquittoSub.StartAsync(port, "-t", "$SYS/broker/clients/connected", "-F", "%r %p");
        Assert.StartsWith("1 ", await sub.NextAsync(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        certificates.Dispose();
        folder.Delete(recursive: true);
    }

    private static AccessSetup Rules()
    {
        var passwords = PasswordFile.Parse(PasswordFile.LineOf("anna", "secret"u8) + "\n", [])!;
        var rule = new AccessRule(new Who(), IsAllowed: true, AccessRights.Read | AccessRights.Write, ["users/%u/#"]);
        return new AccessSetup { Passwords = passwords, Rules = [rule] };
    }

    private static Task<MqttBroker> StartAsync(TlsIdentity identity, AccessSetup setup) =>
        TestBroker.StartAsync(
            new MqttBrokerOptions
            {
                Policy = new AccessPolicy(setup, allowsAnonymous: false),
                Listeners =
                [
                    new BrokerListener
                    {
                        EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
                        Tls = new BrokerTls(identity),
                    },
                ],
            }
        );

    private TlsIdentity Identity(CertificateName name) =>
        new()
        {
            Certificate = X509Certificate2.CreateFromPemFile(
                Path.Combine(folder.FullName, "server.pem"),
                Path.Combine(folder.FullName, "server.key")
            ),
            ClientAuthorities = [certificates.Authority],
            UserName = name,
        };

    private string[] Tls() => ["--cafile", Path.Combine(folder.FullName, "ca.pem")];

    private string[] Mine() =>
        ["--cert", Path.Combine(folder.FullName, "client.pem"), "--key", Path.Combine(folder.FullName, "client.key")];
}
