using System.Text.Json.Nodes;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Twin;

/// <summary>What is observed of a node or of the rack, in the words of its twin.</summary>
public sealed record TwinReport(string Target, JsonObject Reported);

/// <summary>
/// The rack's twins at work. A change of what is desired is on disk before it is carried out; it is carried out once, when it comes: the twin does
/// not fight over a node with a technician who switches it by hand, it shows the difference. Thread-safe.
/// </summary>
public sealed class TwinDesk
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TwinCore> twins = new(StringComparer.Ordinal);
    private readonly HashSet<string> unpublishedDesired = new(StringComparer.Ordinal);
    private readonly HashSet<string> unpublishedReported = new(StringComparer.Ordinal);
    private readonly TwinStore store;
    private readonly IGatewayRack rack;
    private readonly Func<IReadOnlyList<TwinReport>> reports;
    private readonly AuditTrail audit;
    private readonly Func<DateTimeOffset> now;

    /// <param name="reports">The observations of now: one for each twin there is, the rack's own among them.</param>
    /// <param name="now">The clock of the world, for the times of changes.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public TwinDesk(
        IDurableFolder folder,
        IGatewayRack rack,
        Func<IReadOnlyList<TwinReport>> reports,
        AuditTrail audit,
        Func<DateTimeOffset> now
    )
    {
        (this.rack, this.reports, this.audit, this.now) = (rack, reports, audit, now);
        store = new TwinStore(folder);
        var stored = store.Load(out var damage).ToDictionary(twin => twin.Target, StringComparer.Ordinal);
        Damage = damage;
        foreach (var report in reports())
        {
            // The twin of a node that is no longer in the board goes.
            twins[report.Target] = stored.GetValueOrDefault(report.Target) ?? new TwinCore(report.Target);
        }
    }

    /// <summary>In words what was found damaged on disk; empty: nothing.</summary>
    public string Damage { get; }

    /// <summary>Carries out twin-get, twin-set or twin-merge.</summary>
    public Task<GatewayReply> ExecuteAsync(
        GatewayCommand command,
        Action<GatewayReply> progress,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<GatewayCommand> commands;
        long version;
        lock (gate)
        {
            if (!twins.TryGetValue(command.Target, out var twin))
            {
                return Task.FromResult(GatewayReply.Refused(404, $"there is no twin of {command.Target}"));
            }

            if (command.Verb == CommandVerbs.TwinGet)
            {
                return Task.FromResult(Shown(twin));
            }

            var (changed, refusal) = Change(twin, command);
            if (refusal is not null)
            {
                return Task.FromResult(refusal);
            }

            (commands, version) = (changed, twin.DesiredVersion);
        }

        return CarryOutAsync(command, commands, version, progress, cancellationToken);
    }

    /// <summary>Looks at the rack; returns what is to be published since the last time.</summary>
    /// <param name="all">The connection is new: everything is.</param>
    public IReadOnlyList<MqttMessage> Publications(RackTopics topics, bool all)
    {
        var observed = reports();
        lock (gate)
        {
            var changed = observed.Where(report =>
                twins.TryGetValue(report.Target, out var twin) && twin.Observe(report.Reported)
            );
            unpublishedReported.UnionWith(changed.Select(report => report.Target));
            if (unpublishedReported.Count > 0)
            {
                // Versions count up across restarts too.
                TrySave();
            }

            if (all)
            {
                unpublishedDesired.UnionWith(twins.Keys);
                unpublishedReported.UnionWith(twins.Keys);
            }

            var time = now();
            MqttMessage[] messages =
            [
                .. unpublishedDesired
                    .Where(target => twins[target].DesiredVersion > 0)
                    .Select(target => Message(topics, target, "desired", twins[target].DesiredDocument(), time)),
                .. unpublishedReported.Select(target =>
                    Message(topics, target, "reported", twins[target].ReportedDocument(), time)
                ),
            ];
            unpublishedDesired.Clear();
            unpublishedReported.Clear();
            return messages;
        }
    }

    private (IReadOnlyList<GatewayCommand> Commands, GatewayReply? Refusal) Change(
        TwinCore twin,
        GatewayCommand command
    )
    {
        if (command.ExpectedVersion is { } expected && expected != twin.DesiredVersion)
        {
            return (
                [],
                GatewayReply.Refused(
                    412,
                    $"the desired document of {twin.Target} has version {twin.DesiredVersion}, not {expected}: look at it, then decide again"
                )
            );
        }

        var (properties, change, problem) = Changed(twin, command);
        var commands = problem.Length > 0 ? [] : TwinCommands.Of(command, change).Commands;
        if (properties is null || problem.Length > 0)
        {
            return ([], GatewayReply.Refused(400, problem));
        }

        var before = twin.Properties;
        var at = now();
        if (!twin.Desire(properties, command.Who, at))
        {
            return (commands, null);
        }

        try
        {
            store.Save(twins.Values);
        }
        catch (IOException e)
        {
            twin.Undo(before);
            return ([], GatewayReply.Refused(503, $"nothing can be recorded: {e.Message}"));
        }

        unpublishedDesired.Add(twin.Target);
        unpublishedReported.Add(twin.Target);
        audit.Changed(
            twin.Target,
            "twin-desired",
            $"{command.Who} changed what is desired of {twin.Target}, now version {twin.DesiredVersion}: {TwinJson.Text(change)}."
        );
        return (commands, null);
    }

    private (TwinProperties? Properties, JsonObject Change, string Problem) Changed(
        TwinCore twin,
        GatewayCommand command
    )
    {
        if (command.Verb == CommandVerbs.TwinSet)
        {
            var patch = (JsonObject)TwinJson.Parse(command.Document)!;
            var (patched, wrong) = twin.Patched(patch, now());
            return (patched, patch, wrong);
        }

        var theirs = TwinJson.Properties(command.Document)!;
        var (merged, problem) = twin.Merged(theirs, now());
        return (merged, twin.Properties.NewIn(theirs).Document(), problem);
    }

    private async Task<GatewayReply> CarryOutAsync(
        GatewayCommand cause,
        IReadOnlyList<GatewayCommand> commands,
        long version,
        Action<GatewayReply> progress,
        CancellationToken cancellationToken
    )
    {
        progress(new GatewayReply(202, "accepted", "", $"version {version} is desired of {cause.Target}"));
        List<string> observed = [];
        foreach (var command in commands)
        {
            var reply = await rack.ExecuteAsync(command, progress, cancellationToken).ConfigureAwait(false);
            if (reply.Status != 200)
            {
                Conclude(cause.Target, reply.Text);
                return reply with
                {
                    Text = $"version {version} is desired, but {reply.Text}",
                    Result = Result(version),
                };
            }

            observed.Add(reply.Observed);
        }

        Conclude(cause.Target, "");
        var seen = string.Join(", ", observed.Where(word => word.Length > 0));
        return new GatewayReply(
            200,
            "done",
            seen,
            $"version {version} is desired of {cause.Target}{(seen.Length > 0 ? $" and observed: {seen}" : "")}"
        )
        {
            Result = Result(version),
        };
    }

    private void Conclude(string target, string problem)
    {
        lock (gate)
        {
            if (!twins[target].Conclude(problem))
            {
                return;
            }

            unpublishedReported.Add(target);
            TrySave();
        }
    }

    private void TrySave()
    {
        try
        {
            store.Save(twins.Values);
        }
        catch (IOException)
        {
            // The alarm about the disk is raised where events are recorded; the next change writes it too.
        }
    }

    private static GatewayReply Shown(TwinCore twin)
    {
        var shown = new JsonObject
        {
            ["target"] = twin.Target,
            ["desired"] = twin.DesiredDocument(),
            ["reported"] = twin.ReportedDocument(),
            ["properties"] = TwinJson.Of(twin.Properties),
        };
        return new GatewayReply(200, "done", "", $"the twin of {twin.Target}") { Result = TwinJson.Text(shown) };
    }

    private static string Result(long version) => TwinJson.Text(new JsonObject { ["desired_version"] = version });

    private static MqttMessage Message(
        RackTopics topics,
        string target,
        string which,
        JsonObject document,
        DateTimeOffset time
    ) =>
        topics.Twin(
            target == CommandVerbs.WholeRack ? "" : target,
            which,
            document["version"]!.GetValue<long>(),
            System.Text.Encoding.UTF8.GetBytes(TwinJson.Text(document)),
            time
        );
}
