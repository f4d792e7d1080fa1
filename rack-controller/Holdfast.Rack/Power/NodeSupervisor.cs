using Holdfast.Hal;
using Holdfast.Rack.Events;

namespace Holdfast.Rack.Power;

/// <summary>
/// Leads one node to what is wanted of it, and says what it observes.
///
/// It starts a node only with a grant of the <see cref="PowerSequencer"/>; it stops softly first, and hard when the system has not
/// followed within the plan's time. It gives no order to a node whose power is unknown or that is in maintenance. A node that does
/// not do what it was told is in fault until it is observed doing it, or somebody asks again.
/// </summary>
internal sealed class NodeSupervisor(NodePlan plan, NodeMemory memory)
{
    /// <summary>A slow BMC takes 46 s to turn a node on.</summary>
    private static readonly TimeSpan SwitchWithin = TimeSpan.FromSeconds(60);

    /// <summary>What the device is given to try: it must have had its say before an order counts as failed.</summary>
    private static readonly TimeSpan AnswerWithin = SwitchWithin - TimeSpan.FromSeconds(2);

    /// <summary>Starts that may fail before a person must look.</summary>
    private const int StartsMax = 2;

    /// <summary>Soft stops that may be lost in a BMC's silence before the node is forced: one that comes and goes must not spare it for ever.</summary>
    private const int SoftStopsMax = 3;

    /// <summary>An order to start may take effect until its deadline; an observation from before that is believed for this long.</summary>
    private static readonly TimeSpan Aftermath = NodeMachine.FreshFor;

    private readonly NodeMachine machine = new(plan);
    private readonly NodeOrder order = new();
    private readonly NodeReport report = new(memory);
    private MonotonicTime startOrderedAt = MonotonicTime.Never;
    private int starts;
    private int softStops;
    private bool byWake;
    private bool cycling;
    private bool atOnce;
    private bool asked;
    private bool cycled;

    public NodePlan Plan => plan;

    public NodeMachine Machine => machine;

    public NodeMemory Memory { get; private set; } = memory;

    public NodeState State => report.State;

    public MonotonicTime Since => report.Since;

    public string Reason => WantsStart && Waits.Length > 0 ? $"waits: {Waits}" : report.Reason;

    public OrderKind Order => order.Kind;

    /// <summary>In words what it did not do, and what would help; empty: no fault.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Why the controller holds it down although it is wanted; empty: it does not.</summary>
    public string Held { get; private set; } = "";

    /// <summary>Why it may not start now, whatever is wanted of it; empty: it may.</summary>
    public string Barred { get; set; } = "";

    /// <summary>Why it may not start by itself yet; empty: it may. What somebody asked for since the restart is not held up by it.</summary>
    public string NotYet { get; set; } = "";

    /// <summary>Why a node that should run may not start now; empty: it may.</summary>
    public string StartRefusal =>
        Barred.Length > 0 ? Barred
        : asked ? ""
        : NotYet;

    /// <summary>Why it has no grant yet, while it <see cref="WantsStart"/>.</summary>
    public string Waits { get; set; } = "";

    /// <summary>It is off for good, or goes off without being asked.</summary>
    public bool IsSwitchedOff => Memory.Wanted == false && (atOnce || machine.Power == PowerState.Off);

    public bool ShouldRun => Held.Length == 0 && !cycling && Memory.Wanted == true;

    private bool ShouldStop => Held.Length > 0 || cycling || Memory.Wanted == false;

    /// <summary>It waits for a grant to start.</summary>
    public bool WantsStart =>
        ShouldRun
        && StartRefusal.Length == 0
        && !Memory.Maintenance
        && machine.Power == PowerState.Off
        && order.Kind == OrderKind.None
        && Fault.Length == 0;

    /// <summary>It is off only because it is cycled: what it drew is kept for it, and it starts before those that wait.</summary>
    public bool KeepsPlace => cycled && WantsStart;

    /// <summary>Holding it down would take load off the rack: one that is off, unknown or in maintenance would not follow.</summary>
    public bool CanBeStopped(MonotonicTime now) =>
        !Memory.Maintenance && (machine.Power == PowerState.On || MayStillStart(now));

    /// <summary>It is powered, or may be, or may still follow an order to start: it counts against the budget.</summary>
    public bool Draws(MonotonicTime now) => machine.Power != PowerState.Off || MayStillStart(now);

    /// <summary>Its inrush is to come, or may not be over.</summary>
    public bool IsStarting(MonotonicTime now) =>
        MayStillStart(now)
        || (machine.Power != PowerState.Off && now - machine.OnSince < plan.InrushFor)
        || (machine.Power == PowerState.Unknown && now - startOrderedAt <= SwitchWithin + Aftermath + plan.InrushFor);

    public void Observe(in NodeObservation observation) => machine.Observe(observation);

    public void Want(bool on, bool wake = false)
    {
        if (!on || order.Kind != OrderKind.Start)
        {
            order.Withdraw();
        }

        Memory = Memory with { Wanted = on };
        byWake = wake;
        asked = true;
        cycling = false;
        cycled &= on;
        Forgive();
    }

    public void Cycle()
    {
        Memory = Memory with { Wanted = true };
        byWake = false;
        asked = true;
        cycling = true;
        cycled = true;
        order.Withdraw();
        Forgive();
    }

    public void Maintain(bool inHands)
    {
        Memory = Memory with { Maintenance = inHands };
        cycling = false;
        cycled = false;
        order.Withdraw();
        Forgive();
    }

    /// <summary>Learns what became of an action, if it is this node's last one.</summary>
    public void Learn(in ActionResult result) => order.Learn(result);

    public void Learn(NodeFacts facts) => Memory = Memory with { Facts = facts };

    /// <summary>Holds it down although it is wanted, or lets it go with an empty reason; a node that was merely found running is then wanted.</summary>
    public void Hold(string reason)
    {
        if (reason.Length > 0 && Memory.Wanted is null && machine.Power == PowerState.On)
        {
            Memory = Memory with { Wanted = true };
        }

        Held = reason;
    }

    /// <summary>Wants it off without asking its system, and until somebody wants it on again.</summary>
    public void SwitchOffAtOnce()
    {
        Want(on: false);
        atOnce = true;
    }

    /// <summary>The sequencer's grant; the action to carry out.</summary>
    public RackAction Start(MonotonicTime now, long actionId)
    {
        Invariant.Require(WantsStart, "only a node that wants to start gets a grant");
        order.Give(OrderKind.Start, now, actionId);
        startOrderedAt = now;
        starts++;
        return byWake && plan.CanWake
            ? new WakeNode(actionId, plan.Node, AnswerWithin)
            : new SwitchNode(actionId, plan.Node, PowerAction.On, AnswerWithin);
    }

    /// <summary>Draws conclusions, says what changed, and gives the order to stop where one is due; else recalls one that is no longer wanted.</summary>
    public RackAction? Update(MonotonicTime now, EventLog log, Func<long> nextActionId)
    {
        machine.Update(now);
        Conclude(now);
        report.Update(this, now, log);
        if (ShouldStop && !Memory.Maintenance && machine.Power == PowerState.On && NextStop(now) is { } stop)
        {
            return Stop(stop, now, nextActionId());
        }

        if (order.MustBeRecalled)
        {
            order.Recalled();
            return new RecallNode(nextActionId(), plan.Node);
        }

        return null;
    }

    private bool MayStillStart(MonotonicTime now) =>
        machine.Power != PowerState.On && now - startOrderedAt <= SwitchWithin + Aftermath;

    private void Forgive()
    {
        Fault = "";
        starts = 0;
        softStops = 0;
        atOnce = false;
    }

    /// <summary>Ends orders that were fulfilled, have failed or are no longer wanted.</summary>
    private void Conclude(MonotonicTime now)
    {
        if (order.IsStop && !ShouldStop)
        {
            order.Withdraw();
            softStops = 0;
            Fault = "";
        }

        switch (machine.Power)
        {
            case PowerState.On:
                ConcludeOn(now);
                break;
            case PowerState.Off:
                ConcludeOff(now);
                break;
            default:
                ConcludeUnknown();
                break;
        }
    }

    private void ConcludeOn(MonotonicTime now)
    {
        startOrderedAt = MonotonicTime.Never;
        cycled &= cycling;
        if (order.Kind == OrderKind.HardStop && IsOver(now))
        {
            Fault = $"it was switched off and stays on{Said()}; check its BMC, or pull its plug";
        }

        if (ShouldStop)
        {
            return;
        }

        if (machine.IsUp)
        {
            order.End();
            starts = 0;
            Fault = "";
        }
        else if (machine.IsHung)
        {
            Fault = "it is powered and no longer answers on the network; look at its console, or cycle it";
        }
        else if (now - machine.PowerSince > plan.BootWithin)
        {
            Fault =
                $"it is powered and was not seen on the network within {plan.BootWithin.TotalSeconds:0} s; look at its console";
        }
    }

    private void ConcludeOff(MonotonicTime now)
    {
        if (order.IsStop)
        {
            order.End();
            Fault = "";
        }

        cycling = false;
        softStops = 0;
        // An order to start that comes late must not outlast one to switch off at once.
        atOnce &= MayStillStart(now);
        WithdrawBarredStart();
        if (order.Kind == OrderKind.Start && IsOver(now))
        {
            order.End();
            if (starts >= StartsMax)
            {
                Fault =
                    $"it was told to start {starts} times and did not turn on{Said()}; check its power supply and its BMC";
            }
        }

        if (Memory.Wanted == false)
        {
            Fault = "";
        }
    }

    private void ConcludeUnknown()
    {
        WithdrawBarredStart();
        if (order.Kind == OrderKind.SoftStop && softStops < SoftStopsMax)
        {
            // Its system may not have heard: it is asked again when it can be, and has its whole time.
            order.End();
        }
    }

    private void WithdrawBarredStart()
    {
        if (order.Kind == OrderKind.Start && (ShouldStop || Barred.Length > 0))
        {
            order.Withdraw();
            starts = Math.Max(0, starts - 1);
        }
    }

    private OrderKind? NextStop(MonotonicTime now)
    {
        if (!order.IsStop && !atOnce)
        {
            return OrderKind.SoftStop;
        }

        var forced = order.Kind == OrderKind.HardStop ? IsOver(now) : atOnce || now - order.At > plan.StopWithin;
        return forced ? OrderKind.HardStop : null;
    }

    private SwitchNode Stop(OrderKind kind, MonotonicTime now, long actionId)
    {
        order.Give(kind, now, actionId);
        if (kind == OrderKind.HardStop)
        {
            return new SwitchNode(actionId, plan.Node, PowerAction.Off, AnswerWithin);
        }

        softStops++;
        return new SwitchNode(actionId, plan.Node, PowerAction.SoftOff, plan.StopWithin);
    }

    private bool IsOver(MonotonicTime now) => now - order.At > SwitchWithin;

    /// <summary>The device's own words, where it refused.</summary>
    private string Said() => order.Problem.Length > 0 ? $" ({order.Problem})" : "";
}
