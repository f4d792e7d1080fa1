using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>A client that cannot go on says so to whoever reads from it, instead of seeming to be without a connection for ever.</summary>
public sealed class BrokenClientTests : IAsyncDisposable
{
    private readonly MqttClient client = new(
        new MqttClientOptions("127.0.0.1", LoopbackPort.Free(), "me"),
        new BrokenClock(),
        new SeededRandom(1)
    );

    private readonly CancellationTokenSource patience = new(Patience.Long);

    [Fact]
    public async Task Its_changes_end_with_the_error() =>
        await Assert.ThrowsAsync<NotSupportedException>(async () =>
        {
            await foreach (var _ in client.ConnectionChangesAsync(patience.Token)) { }
        });

    [Fact]
    public async Task Its_messages_end_with_the_error() =>
        await Assert.ThrowsAsync<NotSupportedException>(async () =>
        {
            await foreach (var _ in client.MessagesAsync(patience.Token)) { }
        });

    public async ValueTask DisposeAsync()
    {
        await Assert.ThrowsAsync<NotSupportedException>(async () => await client.DisposeAsync());
        patience.Dispose();
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override long GetTimestamp() => throw new NotSupportedException("no time today");
    }
}
