using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// Takes commands from the faces, hands them to the loop, and keeps the outcomes for whoever asks. Bounded: at most
/// <see cref="WaitingMax"/> commands wait for the next step, at most <see cref="RememberedMax"/> outcomes are remembered, the
/// oldest final ones forgotten first. A refusal changed nothing: the same command may be sent again.
/// </summary>
internal sealed class CommandDesk
{
    public const int WaitingMax = 64;
    public const int RememberedMax = 1024;

    private const string Stopping = "the controller is stopping; ask again when it is back";

    private readonly Lock gate = new();
    private readonly List<OperatorCommand> waiting = [];
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private bool closed;

    /// <summary>Returns the command's first outcome; see <see cref="IAppliance.SubmitAsync"/>.</summary>
    public async Task<CommandOutcome> SubmitAsync(OperatorCommand command, CancellationToken cancellationToken)
    {
        Task<CommandOutcome> first;
        lock (gate)
        {
            if (closed)
            {
                return Refused(command.Id, Stopping);
            }

            if (entries.TryGetValue(command.Id, out var entry) && entry.Latest?.Stage != CommandStage.Refused)
            {
                if (!entry.IsFor(command))
                {
                    return Refused(command.Id, "this id was used for another command; choose a new one");
                }
            }
            else if (waiting.Count >= WaitingMax)
            {
                return Refused(command.Id, "too many commands are waiting; try again in a second");
            }
            else
            {
                entry = Enter(command);
            }

            if (entry.Latest is { } latest)
            {
                return latest;
            }

            first = entry.First.Task;
        }

        return await first.WaitAsync(cancellationToken);
    }

    public CommandOutcome? Outcome(string commandId)
    {
        lock (gate)
        {
            return entries.GetValueOrDefault(commandId)?.Latest;
        }
    }

    public async Task<CommandOutcome> FinalOutcomeAsync(string commandId, CancellationToken cancellationToken)
    {
        Task<CommandOutcome> final;
        lock (gate)
        {
            if (!entries.TryGetValue(commandId, out var entry))
            {
                return Refused(commandId, "no command of that id is known; send it again");
            }

            final = entry.Final.Task;
        }

        return await final.WaitAsync(cancellationToken);
    }

    /// <summary>What came since the last call, for the next step.</summary>
    public IReadOnlyList<OperatorCommand> Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                return [];
            }

            var taken = waiting.ToArray();
            waiting.Clear();
            return taken;
        }
    }

    public void Answer(CommandOutcome outcome)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(outcome.Id, out var entry))
            {
                return;
            }

            entry.Latest = outcome;
            entry.First.TrySetResult(outcome);
            if (outcome.Stage != CommandStage.Accepted)
            {
                entry.Final.TrySetResult(outcome);
            }
        }
    }

    /// <summary>Answers everything that is still open, and refuses what comes; for the end of the process.</summary>
    public void Close()
    {
        string[] open;
        lock (gate)
        {
            closed = true;
            open = [.. entries.Where(e => !e.Value.Final.Task.IsCompleted).Select(e => e.Key)];
        }

        foreach (var id in open)
        {
            Answer(new CommandOutcome(id, CommandStage.Failed, "", Stopping));
        }
    }

    private static CommandOutcome Refused(string id, string why) => new(id, CommandStage.Refused, "", why);

    private Entry Enter(OperatorCommand command)
    {
        var entry = new Entry(command);
        if (!entries.ContainsKey(command.Id))
        {
            order.Enqueue(command.Id);
        }

        entries[command.Id] = entry;
        waiting.Add(command);
        ForgetOldest();
        return entry;
    }

    private void ForgetOldest()
    {
        for (var checks = order.Count; order.Count > RememberedMax && checks > 0; checks--)
        {
            var oldest = order.Dequeue();
            if (entries[oldest].Final.Task.IsCompleted)
            {
                entries.Remove(oldest);
            }
            else
            {
                order.Enqueue(oldest);
            }
        }
    }

    private sealed class Entry(OperatorCommand command)
    {
        public CommandOutcome? Latest { get; set; }

        public TaskCompletionSource<CommandOutcome> First { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<CommandOutcome> Final { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whoever sends a command again may be another, and wait for less long.</summary>
        public bool IsFor(OperatorCommand other) =>
            command == other with { Who = command.Who, Deadline = command.Deadline };
    }
}
