using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdfast.Hil;

/// <summary>
/// Faults written down by people, one a line: <c>at 00:10:00 bmc-silent node-03 for 5m</c>. Without <c>for</c> a fault
/// lasts until the end; <c>grid-lost</c> needs no target; a # starts a comment. Times are hh:mm:ss or like 90s, 5m, 1h30m,
/// counted from the start of the simulation.
/// </summary>
public static partial class FaultScript
{
    private const int LinesMax = 10_000;
    private const string Form = "at TIME KIND TARGET for DURATION";

    private static readonly Dictionary<string, FaultKind> Kinds = Enum.GetValues<FaultKind>().ToDictionary(WordOf);

    /// <summary>The word that stands for a kind of fault in a script: <c>bmc-silent</c>.</summary>
    public static string WordOf(FaultKind kind) => InnerCapital().Replace(kind.ToString(), "-$1").ToLowerInvariant();

    /// <summary>Reads a script. False: nothing is to be used, and every error names its line, what is wrong and what would be right.</summary>
    public static bool TryParse(
        string text,
        ContainerPlan plan,
        out ImmutableArray<Fault> faults,
        out ImmutableArray<string> errors
    )
    {
        var targets = new FaultTargets(plan);
        var found = ImmutableArray.CreateBuilder<Fault>();
        var wrong = ImmutableArray.CreateBuilder<string>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (++number > LinesMax)
            {
                wrong.Add($"line {number}: a script has no more than {LinesMax} lines");
                break;
            }

            var content = line.IndexOf('#') is var comment and >= 0 ? line[..comment] : line;
            var words = content.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (TryRead(words, targets, out var fault, out var error))
            {
                found.Add(fault);
            }
            else
            {
                wrong.Add($"line {number}: {error}");
            }
        }

        errors = wrong.ToImmutable();
        faults = errors.IsEmpty ? found.ToImmutable() : [];
        return errors.IsEmpty;
    }

    private static bool TryRead(
        ReadOnlySpan<string> words,
        FaultTargets targets,
        [NotNullWhen(true)] out Fault? fault,
        out string error
    )
    {
        fault = null;
        if (words.Length < 3 || words[0] != "at")
        {
            return Fail($"expected '{Form}'", out error);
        }

        if (!TryTime(words[1], out var at))
        {
            return Fail($"'{words[1]}' is not a time: write 00:10:00, 90s, 5m or 1h30m", out error);
        }

        if (!Kinds.TryGetValue(words[2], out var kind))
        {
            return Fail($"'{words[2]}' is not a fault; known are {string.Join(", ", Kinds.Keys)}", out error);
        }

        var rest = words[3..];
        var target = kind == FaultKind.GridLost ? Fault.Grid : "";
        if (rest.Length is 1 or 3)
        {
            target = rest[0];
            rest = rest[1..];
        }

        if (!targets.TryFind(kind, target, out _))
        {
            return Fail(Unknown(kind, target, targets), out error);
        }

        var length = Fault.UntilTheEnd;
        if (rest.Length > 0 && (rest.Length != 2 || rest[0] != "for" || !TryTime(rest[1], out length)))
        {
            return Fail($"expected 'for' and a duration such as 5m at the end: '{Form}'", out error);
        }

        fault = new Fault(kind, target, at, length);
        error = "";
        return length > TimeSpan.Zero || Fail("a fault lasts longer than zero", out error);
    }

    private static string Unknown(FaultKind kind, string target, FaultTargets targets)
    {
        var known = targets.Of(kind).Count > 0 ? string.Join(", ", targets.Of(kind)) : "none in this container";
        var what = target.Length > 0 ? $"'{target}' cannot suffer {WordOf(kind)}" : $"{WordOf(kind)} needs a target";
        return $"{what}; possible: {known}";
    }

    private static bool Fail(string reason, out string error)
    {
        error = reason;
        return false;
    }

    private static bool TryTime(string text, out TimeSpan time)
    {
        var match = Clock().Match(text) is { Success: true } clock ? clock : Spans().Match(text);
        time = default;
        if (!match.Success || text.Length == 0)
        {
            return false;
        }

        time = new TimeSpan(Part(match, "h"), Part(match, "m"), Part(match, "s"));
        return true;
    }

    private static int Part(Match match, string name) =>
        match.Groups[name].Success ? int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex InnerCapital();

    [GeneratedRegex("^(?<h>[0-9]{1,4}):(?<m>[0-5][0-9]):(?<s>[0-5][0-9])$")]
    private static partial Regex Clock();

    [GeneratedRegex("^(?:(?<h>[0-9]{1,4})h)?(?:(?<m>[0-9]{1,6})m)?(?:(?<s>[0-9]{1,8})s)?$")]
    private static partial Regex Spans();
}
