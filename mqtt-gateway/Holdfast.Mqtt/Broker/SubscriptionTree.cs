namespace Holdfast.Mqtt.Broker;

/// <summary>Who has subscribed to what, as a tree of topic levels, so that a publish looks only where it can match.</summary>
internal sealed class SubscriptionTree
{
    /// <summary>Levels of a filter: they bound how deep the search calls itself.</summary>
    public const int LevelsMax = 200;

    /// <summary>Of a subscription's own entries, and of a node with its dictionaries, measured roughly.</summary>
    private const int SubscriptionBytes = 200;
    private const int LevelBytes = 400;

    private readonly Node root = new(null, "");

    /// <summary>What a subscription costs in memory at most, near enough for a limit.</summary>
    public static int BytesOf(string filter) =>
        SubscriptionBytes + (sizeof(char) * filter.Length) + (LevelBytes * (1 + filter.AsSpan().Count('/')));

    /// <summary>Adds a subscription, or replaces the session's one with the same filter.</summary>
    public void Add(string filter, Session session, HeldSubscription subscription)
    {
        var topics = SharedFilter.Split(filter, out var group);
        var node = root;
        foreach (var level in topics.Split('/'))
        {
            node = node.ChildOrNew(level);
        }

        if (group.Length == 0)
        {
            (node.Subscribers ??= [])[session] = subscription;
        }
        else
        {
            node.GroupOrNew(group).Set(session, subscription);
        }
    }

    public void Remove(string filter, Session session)
    {
        var topics = SharedFilter.Split(filter, out var group);
        if (Find(topics) is not { } node)
        {
            return;
        }

        if (group.Length == 0)
        {
            node.Subscribers?.Remove(session);
        }
        else if (node.Groups?.GetValueOrDefault(group) is { } members)
        {
            members.Remove(session);
            if (members.IsEmpty)
            {
                node.Groups.Remove(group);
            }
        }

        Prune(node);
    }

    /// <summary>The members of a shared subscription; null where nobody holds it, or it is not shared.</summary>
    public SharedGroup? Group(string filter)
    {
        var topics = SharedFilter.Split(filter, out var group);
        return group.Length == 0 ? null : Find(topics)?.Groups?.GetValueOrDefault(group);
    }

    /// <summary>Adds every subscription that takes in the topic; a session may stand there several times.</summary>
    public void Match(ReadOnlySpan<char> topic, Matches found) =>
        Search(root, topic, hidesWildcards: topic.StartsWith('$'), found);

    private Node? Find(string topics)
    {
        var node = root;
        foreach (var level in topics.Split('/'))
        {
            if (node.Child(level) is not { } child)
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    private static void Search(Node node, ReadOnlySpan<char> rest, bool hidesWildcards, Matches found)
    {
        // [MQTT-4.7.2-1]: wildcards in the first level do not take in topics that start with "$".
        if (!hidesWildcards)
        {
            Take(node.Child("#"), found);
        }

        var level = TopicFilter.NextLevel(ref rest, out var ends);
        Arrive(node.Child(level), rest, ends, found);
        if (!hidesWildcards)
        {
            Arrive(node.Child("+"), rest, ends, found);
        }
    }

    private static void Arrive(Node? node, ReadOnlySpan<char> rest, bool ends, Matches found)
    {
        if (node is null)
        {
            return;
        }

        if (!ends)
        {
            Search(node, rest, hidesWildcards: false, found);
            return;
        }

        Take(node, found);
        // "sport/#" takes in "sport" too (MQTT 5.0 §4.7.1.2).
        Take(node.Child("#"), found);
    }

    private static void Take(Node? node, Matches found)
    {
        if (node?.Subscribers is { } subscribers)
        {
            foreach (var (session, subscription) in subscribers)
            {
                found.Own.Add((session, subscription));
            }
        }

        if (node?.Groups is { } groups)
        {
            found.Shared.AddRange(groups.Values);
        }
    }

    private static void Prune(Node node)
    {
        while (node.IsEmpty && node.Parent is { } parent)
        {
            parent.RemoveChild(node.Level);
            node = parent;
        }
    }

    private sealed class Node(Node? parent, string level)
    {
        private Dictionary<string, Node>? children;

        public Node? Parent { get; } = parent;

        public string Level { get; } = level;

        public Dictionary<Session, HeldSubscription>? Subscribers { get; set; }

        /// <summary>Shared subscriptions by the names of their groups.</summary>
        public Dictionary<string, SharedGroup>? Groups { get; private set; }

        public bool IsEmpty =>
            (children?.Count ?? 0) == 0 && (Subscribers?.Count ?? 0) == 0 && (Groups?.Count ?? 0) == 0;

        public Node? Child(ReadOnlySpan<char> name) =>
            children is not null && children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var child)
                ? child
                : null;

        public Node ChildOrNew(string name)
        {
            children ??= [];
            if (!children.TryGetValue(name, out var child))
            {
                children[name] = child = new Node(this, name);
            }

            return child;
        }

        public SharedGroup GroupOrNew(string name)
        {
            Groups ??= [];
            if (!Groups.TryGetValue(name, out var group))
            {
                Groups[name] = group = new SharedGroup();
            }

            return group;
        }

        public void RemoveChild(string name) => children?.Remove(name);
    }
}
