using Holdfast.Hal;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// Carries the controller's actions out, each target in turn: a newer action for a target ends the older one, since the
/// controller decided it with more knowledge. There is never more than one action under way per target. Called by one thread at a time.
/// </summary>
internal sealed class ActionRunner(Devices devices, ObservationInbox inbox, RackClock clock) : IAsyncDisposable
{
    private readonly Dictionary<NodeId, NodeDevices> nodes = devices.Nodes.ToDictionary(n => n.Node);
    private readonly Dictionary<SensorId, IFan> fans = devices.Fans.ToDictionary(f => f.Id);
    private readonly Dictionary<SensorId, IRelay> relays = devices.Relays.ToDictionary(r => r.Id);
    private readonly Dictionary<string, UnderWay> underWay = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Never completes, unless a driver breaks: then with its error.</summary>
    public Task Broken => broken.Task;

    public void Start(RackAction action)
    {
        var target = Target(action);
        underWay.TryGetValue(target, out var before);
        var stop = new CancellationTokenSource();
        underWay[target] = new UnderWay(RunAfterAsync(before, action, stop.Token), stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var action in underWay.Values)
        {
            await action.Stop.CancelAsync();
        }

        await Task.WhenAll(underWay.Values.Select(action => action.Task));
    }

    private static string Target(RackAction action) =>
        action switch
        {
            SwitchNode a => a.Node.Text,
            WakeNode a => a.Node.Text,
            RecallNode a => a.Node.Text,
            SetFanDuty a => a.Fan.Text,
            SetRelay a => a.Relay.Text,
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "not an action of the rack"),
        };

    private async Task RunAfterAsync(UnderWay? before, RackAction action, CancellationToken stop)
    {
        // The kernel's files are written without an await: a slow one must not hold up the loop.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (before is not null)
            {
                await before.Stop.CancelAsync();
                await before.Task;
                before.Stop.Dispose();
            }

            inbox.Post(await RunAsync(action, stop));
        }
        catch (Exception e)
        {
            // No driver may throw; who watches over the appliance stops it.
            broken.TrySetException(e);
        }
    }

    private async Task<ActionResult> RunAsync(RackAction action, CancellationToken stop)
    {
        try
        {
            return action switch
            {
                SwitchNode a => await SwitchAsync(a, stop),
                WakeNode a => await WakeAsync(a, stop),
                // Whatever it recalls has ended before this is run.
                RecallNode => new ActionResult(action.Id, true, ""),
                SetFanDuty a => Result(a, await fans[a.Fan].SetDutyAsync(a.Duty, stop)),
                SetRelay a => Result(a, await relays[a.Relay].SetAsync(a.On, stop)),
                _ => new ActionResult(action.Id, false, "not an action of the rack"),
            };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new ActionResult(action.Id, false, "replaced by a newer action");
        }
    }

    private async Task<ActionResult> SwitchAsync(SwitchNode action, CancellationToken stop)
    {
        var outcome = await nodes[action.Node].Power.CommandAsync(action.Action, clock.Real(action.Deadline), stop);
        return new ActionResult(action.Id, outcome.Accepted, outcome.Detail);
    }

    private async Task<ActionResult> WakeAsync(WakeNode action, CancellationToken stop)
    {
        var node = nodes[action.Node];
        if (node.Wake is null)
        {
            return new ActionResult(action.Id, false, "the board names no magic packet for this node");
        }

        var outcome = await node.Wake.WakeAsync(cancel => IsUpAsync(node, cancel), clock.Real(action.Deadline), stop);
        return new ActionResult(action.Id, outcome.Seen, outcome.Detail);
    }

    private static async Task<bool> IsUpAsync(NodeDevices node, CancellationToken cancel) =>
        node.Presence is { } presence
            ? await presence.ObserveAsync(cancel) == Presence.Present
            : (await node.Power.ObserveAsync(cancel)).State == PowerState.On;

    private static ActionResult Result(RackAction action, OutputOutcome outcome) =>
        new(action.Id, outcome.Done, outcome.Detail);

    private sealed record UnderWay(Task Task, CancellationTokenSource Stop);
}
