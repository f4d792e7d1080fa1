using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.Boards;
using Holdfast.Rack;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>A rack without a controller: it shows what the test sets, and answers commands as the test says.</summary>
internal sealed class FakeAppliance : IAppliance
{
    public static readonly DateTimeOffset Start = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ChangeSignal changed = new();
    private readonly List<RackEvent> events = [];
    private readonly Dictionary<string, CommandOutcome> outcomes = [];
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<CommandOutcome> final = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeAppliance()
    {
        Plan = BoardLoader.Load("sim").Board!.ToPlan();
        View = new RackView(
            1,
            Start,
            new RackController(Plan, RackMemory.Empty, 1).Snapshot,
            [],
            new GatewayView(true, "127.0.0.1:1883 (embedded)", 0)
        );
    }

    public RackPlan Plan { get; }

    public RackView View { get; private set; }

    public long LastEventSequence => events.Count;

    /// <summary>The commands that came, in order.</summary>
    public List<OperatorCommand> Commands { get; } = [];

    /// <summary>Completes when somebody waits for a command's result.</summary>
    public Task Asked => asked.Task;

    /// <summary>How a command is answered first.</summary>
    public CommandStage Stage { get; set; } = CommandStage.Accepted;

    /// <summary>It starts anew after each command, and knows nothing of it.</summary>
    public bool Forgets { get; set; }

    public string Text { get; set; } = "node-13 is being switched on";

    /// <summary>Something in the picture changes.</summary>
    public void Show(Func<RackView, RackView> change)
    {
        View = change(View) with { Version = View.Version + 1 };
        changed.Raise();
    }

    public void ShowNode(string name, NodeState state, bool? wanted = null, string reason = "") =>
        Show(view =>
            view with
            {
                Snapshot = view.Snapshot with
                {
                    Nodes =
                    [
                        .. view.Snapshot.Nodes.Select(node =>
                            node.Node.Text == name
                                ? node with
                                {
                                    State = state,
                                    Wanted = wanted,
                                    Since = view.Snapshot.At,
                                    Reason = reason,
                                }
                                : node
                        ),
                    ],
                },
            }
        );

    /// <summary>Only the clocks move.</summary>
    public void Tick() =>
        Show(view =>
            view with
            {
                WallTime = view.WallTime.AddSeconds(1),
                Snapshot = view.Snapshot with { At = view.Snapshot.At + TimeSpan.FromSeconds(1) },
            }
        );

    public void Happen(string text)
    {
        lock (events)
        {
            events.Add(new RackEvent(events.Count + 1, Start, Severity.Info, "node-01", "node-on", text));
        }

        changed.Raise();
    }

    /// <summary>The command's result was observed.</summary>
    public void Finish(CommandStage stage, string observed, string text)
    {
        var outcome = new CommandOutcome(Commands[^1].Id, stage, observed, text);
        outcomes[outcome.Id] = outcome;
        final.SetResult(outcome);
    }

    public async Task<RackView> NextViewAsync(long afterVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = changed.Next;
            if (View.Version > afterVersion)
            {
                return View;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    public IReadOnlyList<RackEvent> Events(long after, int limit)
    {
        lock (events)
        {
            return [.. events.Where(e => e.Sequence > after).Take(limit)];
        }
    }

    public async Task<IReadOnlyList<RackEvent>> NextEventsAsync(
        long after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var next = changed.Next;
            if (Events(after, limit) is { Count: > 0 } found)
            {
                return found;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    public Task<CommandOutcome> SubmitAsync(OperatorCommand command, CancellationToken cancellationToken)
    {
        Commands.Add(command);
        final = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var outcome = new CommandOutcome(command.Id, Stage, "", Text);
        if (Stage != CommandStage.Refused && !Forgets)
        {
            outcomes[command.Id] = outcome;
        }

        return Task.FromResult(outcome);
    }

    public CommandOutcome? Outcome(string commandId) => outcomes.GetValueOrDefault(commandId);

    public Task<CommandOutcome> FinalOutcomeAsync(string commandId, CancellationToken cancellationToken)
    {
        asked.TrySetResult();
        return final.Task.WaitAsync(cancellationToken);
    }
}
