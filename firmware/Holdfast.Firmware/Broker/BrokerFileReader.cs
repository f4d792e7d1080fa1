using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Holdfast.Firmware.Boards;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Broker.Listening;

namespace Holdfast.Firmware.Broker;

/// <summary>Turns a document that fits the schema into a setup, and tells what a schema cannot.</summary>
internal sealed class BrokerFileReader(List<BoardProblem> problems)
{
    private const int PasswordFileLengthMax = 16 * 1024 * 1024;

    private readonly BesideFiles beside = new(problems);
    private readonly List<string> files = [];

    public BrokerSetup Read(JsonNode document)
    {
        files.Add(document.File);
        var access = ReadAccess(document);
        var listeners = document["listeners"]!.Items.Select(ReadListener).ToList();
        return new BrokerSetup(listeners, access, ReadLimits(document), files);
    }

    private ListenerSetup ReadListener(JsonNode node)
    {
        var address = node["address"]!;
        if (
            !IPEndPoint.TryParse(address.Text, out var endPoint)
            || !(address.Text[0] == '[' || $"{endPoint}" == address.Text)
        )
        {
            problems.Add(
                address.Problem(
                    $"\"{address.Text}\" is no address with a port",
                    "Write it as 0.0.0.0:8883 or [::]:8883"
                )
            );
        }

        var webSocket = node["websocket"] is { } web
            ? new WebSocketRules
            {
                Path = web["path"]?.Text ?? "/mqtt",
                Origins = [.. (web["origins"]?.Items ?? []).Select(origin => origin.Text)],
            }
            : null;
        return new ListenerSetup(
            endPoint ?? new IPEndPoint(IPAddress.Loopback, 0),
            node["anonymous"]?.Kind == JsonValueKind.True,
            node["tls"] is { } tls ? new TlsFiles(problems, Existing).Read(tls) : null,
            webSocket
        );
    }

    private AccessSetup ReadAccess(JsonNode document)
    {
        var groups = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var group in document["groups"]?.Items ?? [])
        {
            var users = group["users"]!.Items.Select(user => user.Text).ToHashSet(StringComparer.Ordinal);
            if (!groups.TryAdd(group["name"]!.Text, users))
            {
                problems.Add(group.Problem($"the group \"{group["name"]!.Text}\" stands twice", "Merge the two"));
            }
        }

        return new AccessSetup
        {
            Passwords = document["password_file"] is { } file ? ReadPasswords(file) : PasswordFile.Empty,
            Groups = groups,
            Rules = [.. (document["access"]?.Items ?? []).Select(rule => ReadRule(rule, groups))],
            Quotas = [.. (document["quotas"]?.Items ?? []).Select(quota => ReadQuota(quota, groups))],
        };
    }

    private AccessRule ReadRule(JsonNode node, Dictionary<string, IReadOnlySet<string>> groups)
    {
        var (allow, deny) = (node["allow"], node["deny"]);
        if (allow is null == deny is null)
        {
            problems.Add(
                node.Problem("a rule says either \"allow\" or \"deny\"", "Write one of them, with the rights")
            );
        }

        foreach (var topic in node["topics"]!.Items)
        {
            var plain = topic
                .Text.Replace("%u", "u", StringComparison.Ordinal)
                .Replace("%c", "c", StringComparison.Ordinal);
            if (!TopicFilter.IsValid(plain) || TopicFilter.IsShared(plain))
            {
                problems.Add(
                    topic.Problem(
                        $"\"{topic.Text}\" is no topic filter",
                        "\"#\" stands alone at the end, \"+\" alone in its level"
                    )
                );
            }
        }

        var rights = AccessRights.None;
        foreach (var right in (allow ?? deny)?.Items ?? [])
        {
            rights |= Enum.Parse<AccessRights>(right.Text, ignoreCase: true);
        }

        var topics = node["topics"]!.Items.Select(topic => topic.Text).ToList();
        return new AccessRule(ReadWho(node, groups), allow is not null, rights, topics);
    }

    private QuotaRule ReadQuota(JsonNode node, Dictionary<string, IReadOnlySet<string>> groups) =>
        new(
            ReadWho(node, groups),
            new BrokerQuota
            {
                ConnectionsPerUserMax = Whole(node["connections_max"]),
                SubscriptionsMax = Whole(node["subscriptions_max"]),
                MessagesPerSecond = node["messages_per_s"]?.Number,
                BytesPerSecond = node["bytes_per_s"]?.Number,
            }
        );

    private Who ReadWho(JsonNode node, Dictionary<string, IReadOnlySet<string>> groups)
    {
        if (node["group"] is { } group && !groups.ContainsKey(group.Text))
        {
            problems.Add(group.Problem($"there is no group \"{group.Text}\"", "Add it under \"groups\""));
        }

        return new Who
        {
            User = node["user"]?.Text,
            Group = node["group"]?.Text,
            Anonymous = node["anonymous"] is { } anonymous ? anonymous.Kind == JsonValueKind.True : null,
        };
    }

    private PasswordFile ReadPasswords(JsonNode named)
    {
        if (Existing(named) is not { } path)
        {
            return PasswordFile.Empty;
        }

        var (bytes, unreadable) = BoundedFile.Read(path, PasswordFileLengthMax);
        if (bytes is null)
        {
            problems.Add(named.Problem($"{named.Text} cannot be read ({unreadable})", "Check its rights"));
            return PasswordFile.Empty;
        }

        var found = new List<PasswordFileProblem>();
        var file = PasswordFile.Parse(Encoding.UTF8.GetString(bytes), found);
        problems.AddRange(found.Select(p => new BoardProblem(path, p.Line, 1, p.What, p.Remedy)));
        return file ?? PasswordFile.Empty;
    }

    private string? Existing(JsonNode named)
    {
        var path = beside.Existing(named);
        if (path is not null)
        {
            files.Add(path);
        }

        return path is not null && File.Exists(path) ? path : null;
    }

    private static MqttBrokerOptions ReadLimits(JsonNode document)
    {
        var (plain, node) = (new MqttBrokerOptions(), document["limits"]);
        var period = Whole(document["system_topics_s"]) ?? 10;
        return plain with
        {
            SystemTopicsPeriod = period > 0 ? TimeSpan.FromSeconds(period) : null,
            ConnectionsMax = Whole(node?["connections_max"]) ?? plain.ConnectionsMax,
            SessionsMax = Whole(node?["sessions_max"]) ?? plain.SessionsMax,
            PacketSizeMax = Whole(node?["packet_bytes_max"]) ?? plain.PacketSizeMax,
            QueueCountMax = Whole(node?["queue_count_max"]) ?? plain.QueueCountMax,
            QueueBytesMax = Whole(node?["queue_bytes_max"]) ?? plain.QueueBytesMax,
            QueueBytesTotalMax = Whole(node?["queue_bytes_total_max"]) ?? plain.QueueBytesTotalMax,
            RetainedCountMax = Whole(node?["retained_count_max"]) ?? plain.RetainedCountMax,
            RetainedBytesMax = Whole(node?["retained_bytes_max"]) ?? plain.RetainedBytesMax,
            SessionExpiryMax = Seconds(node?["session_expiry_max_s"]) ?? plain.SessionExpiryMax,
            KeepAliveMax = Seconds(node?["keep_alive_max_s"]) ?? plain.KeepAliveMax,
        };
    }

    private static int? Whole(JsonNode? node) =>
        node is null ? null : Convert.ToInt32(node.Number, CultureInfo.InvariantCulture);

    private static TimeSpan? Seconds(JsonNode? node) => node is null ? null : TimeSpan.FromSeconds(node.Number);
}
