using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// The heartbeat: takes what was observed and asked, lets the controller decide, records, acts, answers, shows.
/// Commands are answered only once their events are on disk; while the disk refuses, cooling and safety go on, new commands
/// are refused, and what could not be recorded is kept and tried again.
/// </summary>
internal sealed class RackLoop(
    RackController controller,
    RackRecord record,
    ObservationInbox inbox,
    CommandDesk desk,
    ActionRunner runner,
    ViewBoard views,
    RackClock clock
)
{
    /// <summary>How often the controller decides, in rack time: a technician's click feels immediate, and a fan has no use for more.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Answers that wait for the disk.</summary>
    private readonly Queue<CommandOutcome> unanswered = new();

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(clock.RealPause(Interval));
        try
        {
            do
            {
                Step();
            } while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The appliance is stopping.
        }
    }

    private void Step()
    {
        var (now, wallTime) = (clock.Now, clock.Time.GetUtcNow());
        var outputs = controller.Step(inbox.Take(now, wallTime, TakeCommands()));
        record.Save(outputs.Events, controller.Memory);
        foreach (var action in outputs.Actions)
        {
            runner.Start(action);
        }

        foreach (var outcome in outputs.Outcomes)
        {
            unanswered.Enqueue(outcome);
        }

        while (record.Problem is null && unanswered.TryDequeue(out var outcome))
        {
            desk.Answer(outcome);
        }

        views.Show(controller.Snapshot, wallTime, record.Problem);
    }

    private IReadOnlyList<OperatorCommand> TakeCommands()
    {
        var commands = desk.Take();
        if (record.Problem is not { } problem)
        {
            return commands;
        }

        foreach (var command in commands)
        {
            desk.Answer(
                new CommandOutcome(command.Id, CommandStage.Refused, "", $"nothing can be recorded: {problem}")
            );
        }

        return [];
    }
}
