namespace Holdfast.Mqtt.Client;

public sealed class MqttClient : IMqttClient
{
    public MqttClient(MqttClientOptions options, TimeProvider clock, SeededRandom random) =>
        throw new NotImplementedException($"{options}{clock}{random}");

    public bool IsConnected => throw new NotImplementedException();

    public Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public IAsyncEnumerable<ConnectionChange> ConnectionChangesAsync(CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public IAsyncEnumerable<MqttMessage> MessagesAsync(CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
