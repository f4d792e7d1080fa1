using System.Collections.Immutable;

namespace Holdfast.Gateway.Commands.Access;

/// <summary>Who sends a command.</summary>
/// <param name="Who">For the audit: <c>mqtt:NAME</c> as the sender calls itself, or <c>operator:NAME</c>.</param>
/// <param name="KeyId">The key whose signature under the command was verified; null: there is none, and the name proves nothing.</param>
public sealed record CommandIdentity(string Who, string? KeyId = null);

/// <summary>Verbs on targets; <c>*</c> at the end of a word stands for any rest.</summary>
public sealed record AccessRule(ImmutableArray<string> Verbs, ImmutableArray<string> Targets)
{
    public static AccessRule Everything { get; } = new(["*"], ["*"]);

    public bool Allows(GatewayCommand command) =>
        Verbs.Any(verb => Matches(verb, command.Verb)) && Targets.Any(target => Matches(target, command.Target));

    private static bool Matches(string pattern, string word) =>
        pattern.EndsWith('*') ? word.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == word;
}

/// <summary>A person or program with a key, and what it may do. The key's id is the beginning of its SHA-256.</summary>
/// <param name="NotAfter">From then on the key counts no more; null: for ever.</param>
public sealed record Operator(
    string Name,
    OperatorKey Key,
    DateTimeOffset? NotAfter,
    ImmutableArray<AccessRule> Allowed
);

/// <summary>
/// Who may command the rack over MQTT. Immutable and pure. A signed command is judged by its operator's rules; one without a signature by the
/// rules for the unsigned, and never allowed what needs one.
/// </summary>
/// <param name="WithoutKey">What everybody may whom the broker lets publish.</param>
/// <param name="NeedsKey">What needs a signature: verbs, <c>harmful</c> (<see cref="CommandVerbs.CanHurt"/>) or <c>*</c>.</param>
public sealed record AccessPolicy(
    ImmutableArray<Operator> Operators,
    ImmutableArray<AccessRule> WithoutKey,
    ImmutableArray<string> NeedsKey
)
{
    public const string Harmful = "harmful";

    /// <summary>Without an access file: whoever the broker lets publish may do everything.</summary>
    public static AccessPolicy Open { get; } = new([], [AccessRule.Everything], []);

    /// <summary>With an access file that cannot be read: nobody may do anything.</summary>
    public static AccessPolicy Closed { get; } = new([], [], ["*"]);

    public Operator? Find(string keyId) => Operators.FirstOrDefault(entry => entry.Key.Id == keyId);

    /// <summary>Why it may not; empty: it may.</summary>
    /// <param name="isNode">Whether a name is that of a single node.</param>
    public string Refusal(GatewayCommand command, CommandIdentity identity, Func<string, bool> isNode)
    {
        if (identity.KeyId is { } keyId)
        {
            return Find(keyId) is { } known && known.Allowed.Any(rule => rule.Allows(command))
                ? ""
                : $"{identity.Who} may not {command.Verb} {command.Target}";
        }

        if (NeedsSignature(command, isNode))
        {
            return $"{command.Verb} of {command.Target} needs an operator's signature";
        }

        return WithoutKey.Any(rule => rule.Allows(command))
            ? ""
            : $"nobody may {command.Verb} {command.Target} without an operator's signature";
    }

    private bool NeedsSignature(GatewayCommand command, Func<string, bool> isNode) =>
        NeedsKey.Any(word =>
            word == "*" || word == command.Verb || (word == Harmful && CommandVerbs.CanHurt(command, isNode))
        );
}
