using Holdfast.Gateway.Sparkplug.Host;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>A host application; the clock is the test's.</summary>
internal sealed class HostRig
{
    public SparkplugHost Host { get; } =
        new(new SparkplugHostPlan("scada") { ReorderTimeout = TimeSpan.FromSeconds(2) });

    public DateTimeOffset Now { get; private set; } = new(2031, 5, 6, 8, 0, 0, TimeSpan.Zero);

    public MonotonicTime At { get; private set; } = MonotonicTime.FromSeconds(5_000);

    public void Wait(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        At += TimeSpan.FromSeconds(seconds);
    }

    public HostOutput Hear(MqttMessage message) => Host.Receive(message, Now, At);

    public HostOutput Hear(IEnumerable<Sent> messages)
    {
        var outputs = messages.Select(sent => Hear(sent.Message)).ToList();
        return new HostOutput([.. outputs.SelectMany(o => o.Send)], [.. outputs.SelectMany(o => o.Updates)]);
    }

    public HostOutput Tick() => Host.Tick(Now, At);
}
