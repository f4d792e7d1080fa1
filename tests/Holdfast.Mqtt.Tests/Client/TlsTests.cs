using System.Net;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>Our client at mosquitto over TLS, with certificates on both sides.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly string[] Encrypted =
    [
        "cafile {folder}/ca.pem",
        "certfile {folder}/server.pem",
        "keyfile {folder}/server.key",
        "require_certificate true",
        "use_identity_as_username true",
    ];

    private readonly Certificates certificates = new();

    public void Dispose() => certificates.Dispose();

    [Fact]
    public async Task Both_sides_know_each_other_by_certificate()
    {
        await using var mosquitto = await StartAsync(IPAddress.Loopback);
        using var mine = certificates.Issue("rack-1", null);
        var options = Options(mosquitto) with { Tls = certificates.ClientOptions(mine) };
        await using var client = await TestClient.ConnectAsync(options);
        await client.PublishAsync("t", "x", MqttQos.AtLeastOnce);
        Assert.Equal("x", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task A_client_without_certificate_is_not_let_in()
    {
        await using var mosquitto = await StartAsync(IPAddress.Loopback);
        await using var client = TestClient.Start(Options(mosquitto) with { Tls = certificates.ClientOptions(null) });
        await client.UntilAsync(change => IsCertificateProblem(change.Detail));
        Assert.False(client.Client.IsConnected);
    }

    [Fact]
    public async Task A_client_certificate_of_another_authority_is_refused()
    {
        await using var mosquitto = await StartAsync(IPAddress.Loopback);
        using var strangers = new Certificates();
        using var wrong = strangers.Issue("rack-1", null);
        await using var client = TestClient.Start(Options(mosquitto) with { Tls = certificates.ClientOptions(wrong) });
        await client.UntilAsync(change => IsCertificateProblem(change.Detail));
        Assert.False(client.Client.IsConnected);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        await using var mosquitto = await StartAsync(IPAddress.Loopback);
        using var strangers = new Certificates();
        await using var client = TestClient.Start(Options(mosquitto) with { Tls = strangers.ClientOptions(null) });
        var change = await client.UntilAsync(c => c.Detail.StartsWith("TLS with", StringComparison.Ordinal));
        Assert.Contains("certificate", change.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_another_name_is_not_trusted()
    {
        await using var mosquitto = await StartAsync(IPAddress.Parse("127.0.0.99"));
        using var mine = certificates.Issue("rack-1", null);
        await using var client = TestClient.Start(Options(mosquitto) with { Tls = certificates.ClientOptions(mine) });
        var change = await client.UntilAsync(c => c.Detail.StartsWith("TLS with", StringComparison.Ordinal));
        Assert.Contains("NameMismatch", change.Detail, StringComparison.Ordinal);
    }

    private static bool IsCertificateProblem(string detail) =>
        detail.Contains("certificate", StringComparison.Ordinal)
        || detail.StartsWith("TLS with", StringComparison.Ordinal);

    private static MqttClientOptions Options(Mosquitto mosquitto) =>
        TestClient.Options(mosquitto.Port, "a", new MqttSubscription("t"));

    private Task<Mosquitto> StartAsync(IPAddress address) =>
        Mosquitto.StartAsync(folder => certificates.WriteServer(folder, address), Encrypted);
}
