using System.Text.Json;
using Holdfast.Gateway.Sparkplug.Host;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>The host application's connection: what it begins and ends with.</summary>
public sealed class HostLinkTests : IAsyncDisposable
{
    private readonly FakeClient client = new();
    private readonly CancellationTokenSource stop = new();
    private readonly SparkplugHostLink link;
    private MqttClientOptions? connected;

    public HostLinkTests() => link = LinkOf(MqttVersion.V5);

    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public async Task It_starts_clean_and_says_that_it_is_there_before_anything_else(MqttVersion version)
    {
        await using var other = LinkOf(version);
        var running = other.RunAsync(stop.Token);
        Assert.Equal(
            (TimeSpan.Zero, null, false),
            (connected!.SessionExpiry, connected.Will, connected.DisconnectWithWill)
        );
        Assert.Equal("spBv1.0/STATE/scada", connected.Subscriptions[0].Filter);
        var will = connected.WillPerConnection!()!;
        client.Connect();

        // The client says that it is connected only when its subscriptions are answered.
        var birth = await client.NextAsync();
        Assert.Equal("spBv1.0/STATE/scada", birth.Topic);
        Assert.Equal((false, true), (Online(will), Online(birth)));
        Assert.Equal(Timestamp(will), Timestamp(birth));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task It_says_that_it_goes_before_it_goes()
    {
        var running = link.RunAsync(stop.Token);
        var will = connected!.WillPerConnection!()!;
        client.Connect();
        await client.NextAsync();
        await stop.CancelAsync();
        await running;
        var death = await client.NextAsync();
        Assert.Equal(("spBv1.0/STATE/scada", true, MqttQos.AtLeastOnce), (death.Topic, death.Retain, death.Qos));
        Assert.False(Online(death));
        Assert.True(Timestamp(death) >= Timestamp(will));
    }

    public async ValueTask DisposeAsync()
    {
        await link.DisposeAsync();
        stop.Dispose();
    }

    private SparkplugHostLink LinkOf(MqttVersion version) =>
        new(
            new SparkplugHost(new SparkplugHostPlan("scada")),
            options =>
            {
                connected = options;
                return client;
            },
            new MqttClientOptions("broker", 1883, "me")
            {
                Version = version,
                SessionExpiry = TimeSpan.FromHours(1),
                Will = new MqttMessage("other", default),
            },
            _ => { },
            TimeProvider.System
        );

    private static bool Online(MqttMessage state) => Root(state).GetProperty("online").GetBoolean();

    private static long Timestamp(MqttMessage state) => Root(state).GetProperty("timestamp").GetInt64();

    private static JsonElement Root(MqttMessage state) => JsonDocument.Parse(state.Payload).RootElement;
}
