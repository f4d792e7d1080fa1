using Holdfast.Hal;

namespace Holdfast.Rack.Power;

/// <summary>
/// What one node is doing, concluded only from what was observed of it.
///
/// Terms: <c>power</c> is what its BMC or outlet says, <c>presence</c> what the network says. <c>Up</c> means powered and seen
/// (or powered, where it cannot be seen). An observation ages: one that is not renewed within <see cref="FreshFor"/> is unknown, and
/// unknown is never off. The machine gives no orders; <see cref="NodeSupervisor"/> does.
/// </summary>
internal sealed class NodeMachine(NodePlan plan)
{
    /// <summary>Seven missed polls of two seconds; a BMC that restarts is away for longer.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(15);

    /// <summary>A node that was up may leave the network this long (a switch restarts) before it counts as hung.</summary>
    public static readonly TimeSpan AbsentFor = TimeSpan.FromMinutes(2);

    private PowerObservation power = PowerObservation.Unknown(MonotonicTime.Never, "not asked yet");
    private Presence presence = Presence.Unknown;
    private MonotonicTime lastSeen = MonotonicTime.Never;
    private MonotonicTime? begunAt;
    private bool wasUp;

    public NodePlan Plan => plan;

    /// <summary>The power as it may be believed now.</summary>
    public PowerState Power { get; private set; }

    /// <summary>Since when the power is what it is.</summary>
    public MonotonicTime PowerSince { get; private set; } = MonotonicTime.Never;

    /// <summary>When it was last observed turning on; silence does not change it.</summary>
    public MonotonicTime OnSince { get; private set; } = MonotonicTime.Never;

    /// <summary>Powered, and seen where it can be seen.</summary>
    public bool IsUp { get; private set; }

    /// <summary>It was up since it was powered, and has left the network for longer than <see cref="AbsentFor"/>.</summary>
    public bool IsHung { get; private set; }

    /// <summary>It was not observed yet, and there was hardly time to.</summary>
    public bool IsAwaited { get; private set; } = true;

    /// <summary>In words why the power is unknown; empty otherwise.</summary>
    public string WhyUnknown { get; private set; } = "not asked yet";

    public void Observe(in NodeObservation observation)
    {
        if (observation.Power.At >= power.At)
        {
            power = observation.Power;
            presence = observation.Presence;
            if (presence == Presence.Present)
            {
                lastSeen = observation.Power.At;
            }
        }
    }

    /// <summary>Draws the conclusions for now.</summary>
    public void Update(MonotonicTime now)
    {
        begunAt ??= now;
        IsAwaited = power.At == MonotonicTime.Never && now - begunAt <= FreshFor;
        var before = Power;
        var stale = now - power.At > FreshFor;
        Power = stale ? PowerState.Unknown : power.State;
        WhyUnknown =
            Power != PowerState.Unknown ? ""
            : power.Detail.Length > 0 ? power.Detail
            : "it has not answered for some time";
        if (Power != before)
        {
            PowerSince = now;
            OnSince = Power == PowerState.On ? now : OnSince;
        }

        if (Power == PowerState.Off)
        {
            wasUp = false;
        }

        var seen = !plan.HasPresence || presence == Presence.Present;
        IsUp = Power == PowerState.On && (seen || (wasUp && now - lastSeen <= AbsentFor));
        wasUp |= IsUp;
        IsHung = Power == PowerState.On && wasUp && !IsUp;
    }
}
