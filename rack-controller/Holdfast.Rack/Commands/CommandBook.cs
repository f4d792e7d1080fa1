namespace Holdfast.Rack.Commands;

/// <summary>
/// Follows the accepted commands until what they ask for is observed, a fault is, or their deadline passes. Bounded by
/// <see cref="OpenMax"/>; a newer command for the same target ends the older one.
/// </summary>
internal sealed class CommandBook
{
    public const int OpenMax = 256;

    private readonly List<Open> open = [];
    private readonly List<CommandOutcome> outcomes = [];

    /// <summary>What is known of a target: reached (and the word observed), failed (and why), or neither.</summary>
    public readonly record struct Progress(bool Reached, string Observed, string Failure);

    private sealed record Open(OperatorCommand Command, string Target, MonotonicTime Until, Func<Progress> Look);

    public bool IsFull => open.Count >= OpenMax;

    public void Refuse(OperatorCommand command, string why) =>
        outcomes.Add(new CommandOutcome(command.Id, CommandStage.Refused, "", why));

    public void Done(OperatorCommand command, string observed, string text) =>
        outcomes.Add(new CommandOutcome(command.Id, CommandStage.Done, observed, text));

    public void Accept(OperatorCommand command, string target, MonotonicTime now, string text, Func<Progress> look)
    {
        foreach (var older in open.Where(o => o.Target == target))
        {
            Finish(older, CommandStage.Failed, older.Look().Observed, "replaced by a newer command");
        }

        open.RemoveAll(o => o.Target == target);
        open.Add(new Open(command, target, now + command.Deadline, look));
        outcomes.Add(new CommandOutcome(command.Id, CommandStage.Accepted, "", text));
    }

    public void Update(MonotonicTime now)
    {
        open.RemoveAll(command =>
        {
            var progress = command.Look();
            if (progress.Reached)
            {
                Finish(command, CommandStage.Done, progress.Observed, $"{command.Target} is {progress.Observed}");
                return true;
            }

            if (progress.Failure.Length > 0)
            {
                Finish(command, CommandStage.Failed, progress.Observed, progress.Failure);
                return true;
            }

            if (now >= command.Until)
            {
                Finish(
                    command,
                    CommandStage.Failed,
                    progress.Observed,
                    $"not observed within {command.Command.Deadline.TotalSeconds:0} s; {command.Target} is {progress.Observed}"
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

    private void Finish(Open command, CommandStage stage, string observed, string text) =>
        outcomes.Add(new CommandOutcome(command.Command.Id, stage, observed, text));
}
