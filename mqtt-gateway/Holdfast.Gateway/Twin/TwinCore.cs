using System.Text.Json.Nodes;

namespace Holdfast.Gateway.Twin;

/// <summary>
/// One twin: what is desired of a node or of the rack, and what is reported. Pure: the time is an argument. Each document has a version that
/// counts up by one with each change of it.
/// </summary>
/// <param name="target">The node's name, or "rack".</param>
internal sealed class TwinCore(string target)
{
    /// <summary>In characters of JSON.</summary>
    public const int DocumentLengthMax = 8 * 1024;

    private const string RackSide = "rack";

    /// <summary>A replica that was away for longer may bring back what was deleted, where the room was needed.</summary>
    private static readonly TimeSpan DeletedKept = TimeSpan.FromDays(30);

    /// <summary>The clock of another side may run this much ahead; more would win against all that comes after.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5);

    private JsonObject reported = [];
    private string reportedText = "{}";

    public string Target => target;

    public TwinProperties Properties { get; private set; } = TwinProperties.Empty;

    public long DesiredVersion { get; private set; }

    /// <summary>Who changed it last, and when.</summary>
    public string DesiredBy { get; private set; } = "";

    public DateTimeOffset DesiredAt { get; private set; }

    public long ReportedVersion { get; private set; }

    /// <summary>In words why what is desired was not done; empty: it was, or is under way.</summary>
    public string Problem { get; private set; } = "";

    public static TwinCore Restore(StoredTwin stored, TwinProperties properties) =>
        new(stored.Target)
        {
            Properties = properties,
            DesiredVersion = stored.DesiredVersion,
            DesiredBy = stored.DesiredBy,
            DesiredAt = stored.DesiredAt,
            ReportedVersion = stored.ReportedVersion,
            Problem = stored.Problem,
        };

    /// <summary>The properties after a merge patch, or in words why it can't be applied.</summary>
    public (TwinProperties? Properties, string Problem) Patched(JsonObject patch, DateTimeOffset now)
    {
        var patched = Properties.Patch(patch, Properties.TimeFor(now), RackSide);
        return Fitting(patched, now);
    }

    /// <summary>The properties after a merge, or in words why they can't be merged.</summary>
    public (TwinProperties? Properties, string Problem) Merged(TwinProperties theirs, DateTimeOffset now) =>
        theirs.NewestTime > (now + SkewMax).ToUnixTimeMilliseconds()
            ? (null, "a property was set in the future: the clock of the other side, or the rack's, is wrong")
            : Fitting(Properties.Merge(theirs), now);

    /// <returns>Whether anything changed.</returns>
    public bool Desire(TwinProperties properties, string by, DateTimeOffset now)
    {
        if (Same(properties, Properties))
        {
            return false;
        }

        (Properties, DesiredBy, DesiredAt) = (properties, by, now);
        DesiredVersion++;
        return true;
    }

    /// <summary>It could not be written down.</summary>
    public void Undo(TwinProperties before)
    {
        Properties = before;
        DesiredVersion--;
    }

    /// <summary>What became of the last change.</summary>
    /// <returns>Whether the report changed.</returns>
    public bool Conclude(string problem)
    {
        var changed = Problem != problem;
        Problem = problem;
        ReportedVersion += changed ? 1 : 0;
        return changed;
    }

    /// <returns>Whether the report changed.</returns>
    public bool Observe(JsonObject observed)
    {
        var text = TwinJson.Text(observed);
        if (text == reportedText)
        {
            return false;
        }

        (reported, reportedText) = (observed, text);
        ReportedVersion++;
        return true;
    }

    public JsonObject DesiredDocument() =>
        new()
        {
            ["version"] = DesiredVersion,
            ["desired"] = Properties.Document(),
            ["by"] = DesiredBy,
            ["time"] = DesiredVersion > 0 ? TimeText(DesiredAt) : null,
        };

    public JsonObject ReportedDocument() =>
        new()
        {
            ["version"] = ReportedVersion,
            ["reported"] = reported.DeepClone(),
            ["desired_version"] = DesiredVersion,
            ["pending"] = new JsonArray([.. Pending().Select(name => JsonValue.Create(name))]),
            ["problem"] = Problem.Length > 0 ? Problem : null,
        };

    /// <summary>What is desired and not reported so, as JSON Pointers.</summary>
    public IEnumerable<string> Pending() => Pending("", Properties.Document(), reported);

    private static IEnumerable<string> Pending(string path, JsonObject desired, JsonObject seen)
    {
        foreach (var (name, wanted) in desired.Where(member => path.Length > 0 || member.Key != "labels"))
        {
            var here = $"{path}/{JsonPointer.Escape(name)}";
            if (wanted is JsonObject members)
            {
                foreach (var below in Pending(here, members, seen[name] as JsonObject ?? []))
                {
                    yield return below;
                }
            }
            else if (TwinJson.Text(wanted) != TwinJson.Text(seen[name]))
            {
                yield return here;
            }
        }
    }

    private static (TwinProperties? Properties, string Problem) Fitting(TwinProperties properties, DateTimeOffset now)
    {
        if (properties.Count > TwinProperties.CountMax)
        {
            properties = properties.WithoutDeletedBefore((now - DeletedKept).ToUnixTimeMilliseconds());
        }

        return properties.Count > TwinProperties.CountMax
                ? (
                    null,
                    $"a twin has at most {TwinProperties.CountMax} properties, those deleted within 30 days counted"
                )
            : properties.All.Any(property => property.Path.Count(c => c == '/') > TwinProperties.DepthMax)
                ? (null, $"a twin is at most {TwinProperties.DepthMax} deep")
            : TwinJson.Text(properties.Document()).Length > DocumentLengthMax
                ? (null, $"a twin has at most {DocumentLengthMax} characters")
            : (properties, "");
    }

    private static bool Same(TwinProperties a, TwinProperties b) => a.All.SequenceEqual(b.All);

    private static string TimeText(DateTimeOffset time) =>
        time.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
