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

    /// <summary>Starts that may fail before a person must look.</summary>
    private const int StartsMax = 2;

    /// <summary>An order to start may take effect until its deadline; an observation from before that is believed for this long.</summary>
    private static readonly TimeSpan Aftermath = NodeMachine.FreshFor;

    private enum Order
    {
        None,
        Start,
        SoftStop,
        HardStop,
    }

    private readonly NodeMachine machine = new(plan);
    private Order order;
    private MonotonicTime orderedAt;
    private MonotonicTime startOrderedAt = MonotonicTime.Never;
    private int starts;
    private bool byWake;
    private bool cycling;
    private bool atOnce;
    private string fault = "";

    public NodePlan Plan => plan;

    public NodeMachine Machine => machine;

    public NodeMemory Memory { get; private set; } = memory;

    public NodeState State { get; private set; }

    public MonotonicTime Since { get; private set; }

    public string Reason { get; private set; } = "";

    /// <summary>Why the controller holds it down although it is wanted; empty: it does not.</summary>
    public string Held { get; private set; } = "";

    /// <summary>Why it may not start now, whatever is wanted of it; empty: it may.</summary>
    public string Barred { get; set; } = "";

    /// <summary>It is off for good, or goes off without being asked.</summary>
    public bool IsSwitchedOff => Memory.Wanted == false && (atOnce || machine.Power == PowerState.Off);

    public bool ShouldRun => Held.Length == 0 && !cycling && Memory.Wanted == true;

    private bool ShouldStop => Held.Length > 0 || cycling || Memory.Wanted == false;

    /// <summary>It waits for a grant to start.</summary>
    public bool WantsStart =>
        ShouldRun
        && Barred.Length == 0
        && !Memory.Maintenance
        && machine.Power == PowerState.Off
        && order == Order.None
        && fault.Length == 0;

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
        Memory = Memory with { Wanted = on };
        byWake = wake;
        cycling = false;
        Forgive();
    }

    public void Cycle()
    {
        Memory = Memory with { Wanted = true };
        byWake = false;
        cycling = true;
        Forgive();
    }

    public void Maintain(bool inHands)
    {
        Memory = Memory with { Maintenance = inHands };
        order = Order.None;
        cycling = false;
        Forgive();
    }

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
        order = Order.Start;
        orderedAt = now;
        startOrderedAt = now;
        starts++;
        return byWake && plan.CanWake
            ? new WakeNode(actionId, plan.Node, SwitchWithin)
            : new SwitchNode(actionId, plan.Node, PowerAction.On, SwitchWithin);
    }

    /// <summary>Draws conclusions, says what changed, and gives the order to stop where one is due.</summary>
    public SwitchNode? Update(MonotonicTime now, EventLog log, Func<long> nextActionId)
    {
        machine.Update(now);
        Conclude(now);
        Tell(now, log);
        if (!ShouldStop || Memory.Maintenance || machine.Power != PowerState.On)
        {
            return null;
        }

        return NextStop(now) is { } action
            ? new SwitchNode(
                nextActionId(),
                plan.Node,
                action,
                action == PowerAction.Off ? SwitchWithin : plan.StopWithin
            )
            : null;
    }

    private bool MayStillStart(MonotonicTime now) =>
        machine.Power != PowerState.On && now - startOrderedAt <= SwitchWithin + Aftermath;

    private void Forgive()
    {
        fault = "";
        starts = 0;
        order = Order.None;
        atOnce = false;
    }

    /// <summary>Ends orders that were fulfilled or have failed.</summary>
    private void Conclude(MonotonicTime now)
    {
        if (machine.Power == PowerState.On)
        {
            startOrderedAt = MonotonicTime.Never;
        }

        if (machine.Power == PowerState.Off)
        {
            if (order is Order.SoftStop or Order.HardStop)
            {
                order = Order.None;
                fault = "";
            }

            cycling = false;
            // An order to start that comes late must not outlast one to switch off at once.
            atOnce &= MayStillStart(now);
        }

        if (order == Order.Start && machine.Power == PowerState.Off && now - orderedAt > SwitchWithin)
        {
            order = Order.None;
            if (starts >= StartsMax)
            {
                fault = $"it was told to start {starts} times and did not turn on; check its power supply and its BMC";
            }
        }

        if (order == Order.HardStop && machine.Power == PowerState.On && now - orderedAt > SwitchWithin)
        {
            fault = "it was switched off and stays on; check its BMC, or pull its plug";
        }

        if (machine.IsUp && !ShouldStop)
        {
            order = Order.None;
            starts = 0;
            fault = "";
        }
        else if (order != Order.HardStop && !ShouldStop)
        {
            ConcludeBoot(now);
        }

        if (machine.Power == PowerState.Off && Memory.Wanted == false)
        {
            fault = "";
        }
    }

    private void ConcludeBoot(MonotonicTime now)
    {
        if (machine.IsHung)
        {
            fault = "it is powered and no longer answers on the network; look at its console, or cycle it";
        }
        else if (machine.Power == PowerState.On && now - machine.PowerSince > plan.BootWithin)
        {
            fault =
                $"it is powered and was not seen on the network within {plan.BootWithin.TotalSeconds:0} s; look at its console";
        }
    }

    private PowerAction? NextStop(MonotonicTime now)
    {
        var soft = !atOnce && order is not (Order.SoftStop or Order.HardStop);
        if (soft)
        {
            (order, orderedAt) = (Order.SoftStop, now);
            return PowerAction.SoftOff;
        }

        var hard =
            (atOnce && order != Order.HardStop) || (order == Order.SoftStop && now - orderedAt > plan.StopWithin);
        var again = order == Order.HardStop && now - orderedAt > SwitchWithin;
        if (hard || again)
        {
            (order, orderedAt) = (Order.HardStop, now);
            return PowerAction.Off;
        }

        return null;
    }

    private void Tell(MonotonicTime now, EventLog log)
    {
        var (state, reason) = Describe();
        if (state != State || Since == default)
        {
            State = state;
            Since = now;
            if (state != NodeState.Fault)
            {
                log.Say(
                    state == NodeState.Unknown ? Severity.Warning : Severity.Info,
                    plan.Node.Text,
                    $"node-{state.ToString().ToLowerInvariant()}",
                    Sentence(state, reason)
                );
            }
        }

        Reason = reason;
        // It stands while the node cannot be observed: only what is seen ends a fault.
        log.Alarm(
            fault.Length > 0 && !Memory.Maintenance,
            Severity.Error,
            plan.Node.Text,
            "node-fault",
            $"{plan.Node}: {fault}.",
            $"{plan.Node} is no longer in fault."
        );
    }

    private (NodeState State, string Reason) Describe()
    {
        if (Memory.Maintenance)
        {
            return (NodeState.Maintenance, "in a technician's hands; release it to put it back under control");
        }

        if (machine.Power == PowerState.Unknown)
        {
            return (NodeState.Unknown, machine.WhyUnknown);
        }

        if (fault.Length > 0)
        {
            return (NodeState.Fault, fault);
        }

        if (machine.Power == PowerState.Off)
        {
            return order == Order.Start ? (NodeState.Waking, "told to start")
                : ShouldRun ? (NodeState.Off, Barred)
                : (NodeState.Off, Held);
        }

        if (order is Order.SoftStop or Order.HardStop)
        {
            return (NodeState.Stopping, Held);
        }

        return machine.IsUp ? (NodeState.On, "") : (NodeState.Waking, "powered, not yet seen on the network");
    }

    private string Sentence(NodeState state, string reason)
    {
        var words = state switch
        {
            NodeState.Unknown => "cannot be observed",
            NodeState.Off => "is off",
            NodeState.Waking => "is starting",
            NodeState.On => "is on",
            NodeState.Stopping => "is stopping",
            NodeState.Maintenance => "is in maintenance",
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "a fault is an alarm"),
        };
        return reason.Length > 0 ? $"{plan.Node} {words}: {reason}." : $"{plan.Node} {words}.";
    }
}
