using Holdfast.Rack.Events;

namespace Holdfast.Rack.Commands;

/// <summary>
/// Follows the accepted commands until what they ask for is observed, a fault is, or their deadline passes. Bounded by
/// <see cref="OpenMax"/>; a newer command for the same target ends the older one. What was carried out is remembered by its id, the last
/// <see cref="RememberedMax"/> that ended: asked again, it is only answered again. A refusal is not: it changed nothing.
/// </summary>
internal sealed class CommandBook(EventLog log)
{
    public const int OpenMax = 256;
    public const int RememberedMax = 1024;

    private readonly List<Open> open = [];
    private readonly Dictionary<string, CommandOutcome> ended = new(StringComparer.Ordinal);
    private readonly Queue<string> endedInOrder = new();
    private readonly List<CommandOutcome> outcomes = [];

    /// <summary>What is known of a target: reached, the word observed (empty: none), failed (and why), or neither.</summary>
    public readonly record struct Progress(bool Reached, string Observed, string Failure);

    private sealed record Open(
        OperatorCommand Command,
        string Target,
        MonotonicTime Until,
        CommandOutcome Accepted,
        Func<Progress> Look
    );

    public bool IsFull => open.Count >= OpenMax;

    /// <summary>Answers a command that is known already; false: it is new.</summary>
    public bool Repeats(OperatorCommand command)
    {
        var known = ended.GetValueOrDefault(command.Id) ?? open.Find(o => o.Command.Id == command.Id)?.Accepted;
        if (known is not null)
        {
            outcomes.Add(known);
        }

        return known is not null;
    }

    public void Refuse(OperatorCommand command, string why) =>
        outcomes.Add(new CommandOutcome(command.Id, CommandStage.Refused, "", why));

    public void Done(OperatorCommand command, string target, string observed, string text)
    {
        Replace(target);
        End(command, target, CommandStage.Done, observed, text);
    }

    public void Accept(OperatorCommand command, string target, MonotonicTime now, string text, Func<Progress> look)
    {
        Replace(target);
        var accepted = new CommandOutcome(command.Id, CommandStage.Accepted, "", text);
        open.Add(new Open(command, target, now + command.Deadline, accepted, look));
        outcomes.Add(accepted);
    }

    public void Update(MonotonicTime now)
    {
        open.RemoveAll(command =>
        {
            var progress = command.Look();
            if (progress.Reached)
            {
                End(
                    command.Command,
                    command.Target,
                    CommandStage.Done,
                    progress.Observed,
                    $"{command.Target} is {progress.Observed}"
                );
                return true;
            }

            if (progress.Failure.Length > 0)
            {
                End(command.Command, command.Target, CommandStage.Failed, progress.Observed, progress.Failure);
                return true;
            }

            if (now >= command.Until)
            {
                var seen = progress.Observed.Length > 0 ? $"; {command.Target} is {progress.Observed}" : "";
                End(
                    command.Command,
                    command.Target,
                    CommandStage.Failed,
                    progress.Observed,
                    $"not observed within {command.Command.Deadline.TotalSeconds:0} s{seen}"
                );
                return true;
            }

            return false;
        });
    }

    public IReadOnlyList<CommandOutcome> Take()
    {
        if (outcomes.Count == 0)
        {
            return [];
        }

        CommandOutcome[] taken = [.. outcomes];
        outcomes.Clear();
        return taken;
    }

    private void Replace(string target) =>
        open.RemoveAll(older =>
        {
            if (older.Target != target)
            {
                return false;
            }

            End(older.Command, target, CommandStage.Failed, older.Look().Observed, "replaced by a newer command");
            return true;
        });

    private void End(OperatorCommand command, string target, CommandStage stage, string observed, string text)
    {
        log.Say(
            Severity.Info,
            target,
            stage == CommandStage.Done ? "command-done" : "command-failed",
            $"{command.Who} asked {command.What} of {target}: {text}."
        );
        var outcome = new CommandOutcome(command.Id, stage, observed, text);
        outcomes.Add(outcome);
        ended[command.Id] = outcome;
        endedInOrder.Enqueue(command.Id);
        if (endedInOrder.Count > RememberedMax)
        {
            ended.Remove(endedInOrder.Dequeue());
        }
    }
}
