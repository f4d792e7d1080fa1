namespace Holdfast.Mqtt.Broker.Access;

/// <summary>What is done with a topic.</summary>
[Flags]
public enum AccessRights
{
    None = 0,

    /// <summary>To be sent its messages, and to subscribe to no more than it.</summary>
    Read = 1,

    /// <summary>To publish to it, or have it in a will.</summary>
    Write = 2,

    /// <summary>To subscribe to filters in it; which of their messages come, Read says.</summary>
    Subscribe = 4,
}

/// <summary>Who is meant. All that is said must be true; nothing said: everybody.</summary>
public sealed record Who
{
    /// <summary>A user name; "*" stands for any number of any characters.</summary>
    public string? User { get; init; }

    /// <summary>One of the groups.</summary>
    public string? Group { get; init; }

    /// <summary>True: who gave no name. False: who did.</summary>
    public bool? Anonymous { get; init; }
}

/// <summary>A rule of an access list.</summary>
/// <param name="Topics">Filters as for subscribing; %u stands for the user's name, %c for the client identifier.</param>
public sealed record AccessRule(Who Who, bool IsAllowed, AccessRights Rights, IReadOnlyList<string> Topics);

/// <summary>What a client may take, for whom it is meant.</summary>
public sealed record QuotaRule(Who Who, BrokerQuota Quota);

/// <summary>Everything that decides about access; one whole, exchanged as such.</summary>
public sealed record AccessSetup
{
    public PasswordFile Passwords { get; init; } = PasswordFile.Empty;

    /// <summary>Users by group.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Groups { get; init; } =
        new Dictionary<string, IReadOnlySet<string>>();

    /// <summary>The first that fits decides; where none does, the answer is no.</summary>
    public IReadOnlyList<AccessRule> Rules { get; init; } = [];

    /// <summary>The first that fits counts.</summary>
    public IReadOnlyList<QuotaRule> Quotas { get; init; } = [];
}
