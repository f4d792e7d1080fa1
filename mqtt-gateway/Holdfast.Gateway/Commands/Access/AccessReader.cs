using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Gateway.Commands.Access;

/// <summary>Reads the access file (docs/mqtt.md). What is wrong is said with what to do; nothing of it counts then.</summary>
public static class AccessReader
{
    /// <summary>In bytes; some hundred operators.</summary>
    public const int LengthMax = 256 * 1024;

    private const int OperatorsMax = 256;
    private const int RulesMax = 64;

    /// <summary>The policy, or in words why there is none.</summary>
    public static (AccessPolicy? Policy, string Problem) Read(ReadOnlySpan<byte> json)
    {
        AccessDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, AccessJson.Default.AccessDocument);
        }
        catch (JsonException e)
        {
            return (null, $"it is no JSON of the form in docs/mqtt.md ({e.Path}, line {e.LineNumber + 1})");
        }

        if (document is not { Access: 1 })
        {
            return (null, "its first member must be \"access\":1");
        }

        var operators = document.Operators ?? [];
        if (operators.Length > OperatorsMax)
        {
            return (null, $"it has more than {OperatorsMax} operators");
        }

        var read = operators.Select(Read).ToArray();
        var problems = read.Select(entry => entry.Problem)
            .Append(RulesProblem(document.Unsigned ?? [], "unsigned"))
            .Append(SignedProblem(document.Signed ?? []));
        if (problems.FirstOrDefault(text => text.Length > 0) is { } problem)
        {
            return (null, problem);
        }

        if (read.GroupBy(entry => entry.Operator!.Key.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            return (null, $"the key {twice.Key} stands there twice");
        }

        return (
            new AccessPolicy(
                [.. read.Select(entry => entry.Operator!)],
                document.Unsigned is { } rules ? [.. rules.Select(Rule)] : [AccessRule.Everything],
                [.. document.Signed ?? [AccessPolicy.Harmful]]
            ),
            ""
        );
    }

    private static (Operator? Operator, string Problem) Read(OperatorDocument entry)
    {
        if (!Name.IsValid(entry.Name))
        {
            return (null, $"\"{entry.Name}\" is no operator's name: {Name.Rule}");
        }

        if (OperatorKey.Read(entry.Key ?? "") is not { } key)
        {
            return (null, $"the key of {entry.Name} is no public key of P-256; 'holdfast operator keygen' makes one");
        }

        var problem = RulesProblem(entry.Allow ?? [], entry.Name);
        return problem.Length > 0
            ? (null, problem)
            : (new Operator(entry.Name, key, entry.NotAfter, [.. (entry.Allow ?? []).Select(Rule)]), "");
    }

    private static AccessRule Rule(RuleDocument rule) => new([.. rule.Verbs!], [.. rule.Targets!]);

    private static string RulesProblem(RuleDocument[] rules, string owner) =>
        rules.Length > RulesMax ? $"{owner} has more than {RulesMax} rules"
        : rules.Any(rule => rule?.Verbs is not { Length: > 0 } || rule.Targets is not { Length: > 0 })
            ? $"each rule of {owner} needs \"verbs\" and \"targets\""
        : rules.SelectMany(rule => rule.Verbs!).FirstOrDefault(verb => !IsVerb(verb)) is { } verb
            ? $"\"{verb}\" in the rules of {owner} is no verb; use *, {string.Join(", ", CommandVerbs.All)}"
        : rules.SelectMany(rule => rule.Targets!).FirstOrDefault(target => !IsTarget(target)) is { } target
            ? $"\"{target}\" in the rules of {owner} is no name; * may stand at its end"
        : "";

    private static string SignedProblem(string[] words) =>
        words.FirstOrDefault(word => word is not AccessPolicy.Harmful && !IsVerb(word)) is { } wrong
            ? $"\"{wrong}\" under \"signed\" is no verb; use *, {AccessPolicy.Harmful}, {string.Join(", ", CommandVerbs.All)}"
            : "";

    private static bool IsVerb(string verb) => verb == "*" || CommandVerbs.All.Contains(verb);

    private static bool IsTarget(string target) =>
        target == "*" || Name.IsValid(target) || (target.EndsWith('*') && Name.IsValid(target[..^1].TrimEnd('-')));
}

internal sealed record AccessDocument(
    int Access,
    string[]? Signed,
    RuleDocument[]? Unsigned,
    OperatorDocument[]? Operators
);

internal sealed record RuleDocument(string[]? Verbs, string[]? Targets);

internal sealed record OperatorDocument(string Name, string? Key, DateTimeOffset? NotAfter, RuleDocument[]? Allow);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true
)]
[JsonSerializable(typeof(AccessDocument))]
internal sealed partial class AccessJson : JsonSerializerContext;
