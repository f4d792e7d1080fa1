using Holdfast.Mqtt;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>
/// Whether the host that we report to is there (§5.4.2): what it says under STATE, unless that is older than what it said when it was
/// last online.
/// </summary>
/// <param name="host">Its id; null: there is none to wait for.</param>
internal sealed class PrimaryHost(string? host)
{
    private long? lastOnline;

    public bool IsOnline { get; private set; } = host is null;

    /// <summary>A connection to the broker begins: what was said on the last one is not known to hold.</summary>
    public void Forget() => IsOnline = host is null;

    public void Receive(MqttMessage message)
    {
        if (
            host is null
            || SparkplugTopic.HostOf(message.Topic) != host
            || HostState.Read(message.Payload) is not { } state
            || state.Timestamp < lastOnline
        )
        {
            return;
        }

        IsOnline = state.Online;
        lastOnline = state.Online ? state.Timestamp : lastOnline;
    }
}
