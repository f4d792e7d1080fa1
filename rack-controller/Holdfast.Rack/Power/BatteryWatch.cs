using Holdfast.Hal;
using Holdfast.Rack.Events;

namespace Holdfast.Rack.Power;

/// <summary>
/// Sheds load while the battery carries the rack and runs low: one node after the other, highest stop order first, with a pause to
/// see the effect; meanwhile none starts; brings them back when the grid is there and the battery has recovered. A battery that does not answer changes
/// nothing: a silent UPS must not shut a healthy site down. Only at the start its first word is waited for, for a moment.
/// </summary>
internal sealed class BatteryWatch(PowerPlan plan, string rack)
{
    public const string HoldReason = "held while the battery is low";

    /// <summary>Long enough for a node to be down and the inverter's reading to settle.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);

    /// <summary>
    /// From the first step until nodes start without the battery's word. A restart often follows a power cut: who starts blindly
    /// may start everything on an empty battery, only to stop it again. A UPS answers within seconds; one that does not is broken, and
    /// a site must come up with a broken UPS.
    /// </summary>
    private static readonly TimeSpan FirstWordWithin = TimeSpan.FromSeconds(30);

    private readonly HashSet<NodeId> shed = [];
    private MonotonicTime? startedAt;
    private bool heard;
    private MonotonicTime lastShed = MonotonicTime.Never;

    public UpsObservation? Ups { get; private set; }

    public bool? OnBattery { get; private set; }

    public bool Shedding { get; private set; }

    /// <summary>Why no node may start now; empty: it may.</summary>
    public string StartRefusal =>
        Shedding ? $"the battery is low; wait until it is above {plan.RestoreAbove} with the grid back" : "";

    /// <summary>Why no node may start by itself yet; empty: it may.</summary>
    public string NotYet { get; private set; } = "";

    public bool Holds(NodeId node) => shed.Contains(node);

    public void Observe(UpsObservation? observation) => Ups = observation ?? Ups;

    public void Update(MonotonicTime now, IEnumerable<NodeSupervisor> nodes, EventLog log)
    {
        var known = Ups is { State: not UpsState.Unknown } ups && now - ups.At <= FreshFor ? Ups : null;
        startedAt ??= now;
        heard |= known is not null || !plan.HasUps;
        NotYet = heard || now - startedAt.Value > FirstWordWithin ? "" : "the battery has not been read yet";
        OnBattery = known is { } k ? k.State != UpsState.Online : null;
        if (known is { } seen)
        {
            var charge = seen.Charge.TryGet<PercentUnit>(out var percent) ? percent : (Percent?)null;
            Shedding =
                OnBattery == true
                    ? seen.State == UpsState.LowBattery
                        || charge < plan.ShedBelow
                        || (Shedding && !(charge >= plan.RestoreAbove))
                    : Shedding && !(charge >= plan.RestoreAbove);
        }

        Tell(log);
        if (!Shedding)
        {
            shed.Clear();
        }
        else if (OnBattery == true && now - lastShed >= Pause && Next(now, nodes) is { } next)
        {
            shed.Add(next.Plan.Node);
            lastShed = now;
        }
    }

    private NodeSupervisor? Next(MonotonicTime now, IEnumerable<NodeSupervisor> nodes) =>
        nodes
            .Where(node => !shed.Contains(node.Plan.Node) && node.CanBeStopped(now) && node.Memory.Wanted != false)
            .OrderByDescending(node => node.Plan.StopOrder)
            .ThenByDescending(node => node.Plan.Node.Text, StringComparer.Ordinal)
            .FirstOrDefault();

    private void Tell(EventLog log)
    {
        if (Ups is null)
        {
            return;
        }

        log.Alarm(
            OnBattery is null,
            Severity.Warning,
            rack,
            "battery-unknown",
            "The battery does not answer; check its cable.",
            "The battery answers again."
        );
        if (OnBattery is { } onBattery)
        {
            log.Alarm(
                onBattery,
                Severity.Warning,
                rack,
                "on-battery",
                "The grid is lost; the battery carries the rack.",
                "The grid is back."
            );
        }

        log.Alarm(
            Shedding,
            Severity.Error,
            rack,
            "shedding",
            $"The battery is low: nodes are stopped one after the other until it is above {plan.RestoreAbove} with the grid back.",
            "The battery has recovered: the nodes come back."
        );
    }
}
