using System.Globalization;
using System.Reflection;

namespace Holdfast.Mqtt.Broker.Figures;

/// <summary>
/// What a broker tells of itself under <c>$SYS/broker/</c>, retained, by the names that mosquitto uses, so that its users' dashboards go on. Who may
/// read it says the policy; nobody may publish there. One that has not changed is not sent again.
/// </summary>
internal sealed class SystemTopics
{
    private const string Root = "$SYS/broker/";

    private static readonly string Version = typeof(SystemTopics)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
        ?.InformationalVersion
        is { } version
        ? $"holdfast version {version.Split('+')[0]}"
        : "holdfast";

    private readonly Dictionary<string, string> told = [];
    private readonly Dictionary<string, LoadAverage> loads = [];
    private readonly MonotonicTime start;
    private MonotonicTime last;
    private int clientsMaximum;

    public SystemTopics(MonotonicTime now) => (start, last) = (now, now);

    /// <param name="storeBytes">Of the journal on disk; null: there is none.</param>
    public void Tell(BrokerCore core, Traffic traffic, long? storeBytes, MonotonicTime now)
    {
        var span = now - last;
        last = now;
        foreach (var (topic, text) in Counts(core, traffic, storeBytes, now).Concat(Loads(traffic, span)).ToList())
        {
            if (told.GetValueOrDefault(topic) != text)
            {
                told[topic] = text;
                core.Say(Root + topic, text, now);
            }
        }
    }

    private IEnumerable<(string Topic, string Text)> Counts(
        BrokerCore core,
        Traffic traffic,
        long? storeBytes,
        MonotonicTime now
    )
    {
        var (status, census) = (core.Status, core.Census);
        clientsMaximum = Math.Max(clientsMaximum, census.Connected);
        yield return ("version", Version);
        yield return ("uptime", $"{(long)(now - start).TotalSeconds} seconds");
        yield return ("clients/total", Text(status.Sessions));
        yield return ("clients/connected", Text(census.Connected));
        yield return ("clients/disconnected", Text(status.Sessions - census.Connected));
        yield return ("clients/maximum", Text(clientsMaximum));
        yield return ("messages/received", Text(traffic.PacketsReceived));
        yield return ("messages/sent", Text(traffic.PacketsSent));
        yield return ("publish/messages/received", Text(traffic.PublishesReceived));
        yield return ("publish/messages/sent", Text(traffic.PublishesSent));
        yield return ("publish/messages/dropped", Text(status.Dropped));
        yield return ("publish/bytes/received", Text(traffic.PublishBytesReceived));
        yield return ("publish/bytes/sent", Text(traffic.PublishBytesSent));
        yield return ("bytes/received", Text(traffic.BytesReceived));
        yield return ("bytes/sent", Text(traffic.BytesSent));
        yield return ("retained messages/count", Text(status.Retained));
        yield return ("subscriptions/count", Text(census.Subscriptions));
        yield return ("store/messages/count", Text(census.Waiting));
        yield return ("store/messages/bytes", Text(status.QueuedBytes));
        if (storeBytes is { } bytes)
        {
            yield return ("store/disk/bytes", Text(bytes));
        }
    }

    private IEnumerable<(string Topic, string Text)> Loads(Traffic traffic, TimeSpan span)
    {
        (string Name, long Total)[] counted =
        [
            ("messages/received", traffic.PacketsReceived),
            ("messages/sent", traffic.PacketsSent),
            ("publish/received", traffic.PublishesReceived),
            ("publish/sent", traffic.PublishesSent),
            ("bytes/received", traffic.BytesReceived),
            ("bytes/sent", traffic.BytesSent),
            ("sockets", traffic.Sockets),
            ("connections", traffic.Connects),
        ];
        foreach (var (name, total) in counted)
        {
            if (!loads.TryGetValue(name, out var load))
            {
                loads[name] = load = new LoadAverage();
            }

            load.Add(total, span);
            yield return ($"load/{name}/1min", Text(load.Averages[0]));
            yield return ($"load/{name}/5min", Text(load.Averages[1]));
            yield return ($"load/{name}/15min", Text(load.Averages[2]));
        }
    }

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Text(double load) => load.ToString("0.00", CultureInfo.InvariantCulture);
}
