using Holdfast.Rack.Events;

namespace Holdfast.Rack.Thermal;

/// <summary>
/// Keeps one zone cool: reads its temperature, drives its fans, and says when its nodes must go.
///
/// Guarantees: without a good and trusted temperature the fans run at least at the failsafe duty; at <c>Full</c> they run full in every fan
/// mode; at <c>Critical</c> the zone is overheated until it is below <c>Resume</c>, and one node after the other is held. The
/// duty is sent again every few seconds, so that a lost write heals.
/// </summary>
internal sealed class ZoneCooling(ZonePlan plan, ZoneMemory memory)
{
    public const string HoldReason = "held while its zone is too hot";

    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(5);

    /// <summary>Between two nodes: a soft stop shows in the air within this.</summary>
    private static readonly TimeSpan StagePause = TimeSpan.FromSeconds(20);

    private readonly ZoneTemperature temperature = new(plan);
    private readonly FanCurve curve = new(plan.Thermal);
    private readonly FanWatch[] fans = [.. plan.Fans.Select(fan => new FanWatch(fan))];
    private readonly FanOrders[] orders = [.. plan.Fans.Select(fan => new FanOrders(fan))];
    private readonly HashSet<NodeId> held = [];
    private MonotonicTime sentAt = MonotonicTime.Never;
    private MonotonicTime lastStage = MonotonicTime.Never;
    private Percent sent;

    public ZonePlan Plan => plan;

    public ZoneMemory Memory { get; private set; } = memory;

    public Percent Duty { get; private set; } = plan.Thermal.FailsafeDuty;

    public Reading Temperature => temperature.Ruling;

    public bool Failsafe => !temperature.Trusted;

    public bool Overheated { get; private set; }

    public bool Holds(NodeId node) => held.Contains(node);

    public void Set(FanMode mode, Percent duty)
    {
        Memory = new ZoneMemory(mode, duty.Value);
        sentAt = MonotonicTime.Never;
        foreach (var fan in orders)
        {
            fan.Restart();
        }
    }

    /// <summary>Every fan has taken a duty since the mode was last set.</summary>
    public bool ModeTaken => orders.All(fan => fan.HasTaken);

    /// <summary>The duty for each fan, where it is due; the caller carries it out.</summary>
    public IEnumerable<SetFanDuty> Drive(MonotonicTime now, Func<long> nextActionId)
    {
        if (Math.Abs((Duty - sent).Value) < 1 && now - sentAt < RepeatEvery)
        {
            yield break;
        }

        sent = Duty;
        sentAt = now;
        foreach (var fan in orders)
        {
            var action = new SetFanDuty(nextActionId(), fan.Fan, Duty);
            fan.Sent(action.Id, now);
            yield return action;
        }
    }

    /// <summary>Learns what became of an action, if it is the last one of one of its fans.</summary>
    public void Learn(in ActionResult result)
    {
        foreach (var fan in orders)
        {
            fan.Learn(result);
        }
    }

    public void Observe(in SensorReading reading)
    {
        temperature.Observe(reading);
        foreach (var fan in fans)
        {
            if (fan.Fan == reading.Sensor)
            {
                fan.Observe(reading.Reading);
            }
        }
    }

    /// <summary>Decides the duty.</summary>
    public void Update(MonotonicTime now, EventLog log)
    {
        temperature.Update(now);
        foreach (var fan in fans)
        {
            fan.Update(now);
        }

        foreach (var fan in orders)
        {
            fan.Update(now);
        }

        Duty = Decide(now);
        Tell(log);
    }

    /// <summary>Holds the next node of an overheated zone, or lets all go when it has cooled.</summary>
    public void Stage(MonotonicTime now, IEnumerable<NodeId> runningInStopOrder)
    {
        var known = temperature.Ruling.TryGet<CelsiusUnit>(out var hottest);
        Overheated = known
            ? hottest >= plan.Thermal.Critical || (Overheated && hottest >= plan.Thermal.Resume)
            : Overheated;
        if (!Overheated)
        {
            held.Clear();
            return;
        }

        var hotNow = !known || hottest >= plan.Thermal.Critical;
        if (hotNow && now - lastStage >= StagePause)
        {
            foreach (var node in runningInStopOrder.Where(node => !held.Contains(node)).Take(1))
            {
                held.Add(node);
                lastStage = now;
            }
        }
    }

    private Percent Decide(MonotonicTime now)
    {
        var known = temperature.Ruling.TryGet<CelsiusUnit>(out var hottest);
        var automatic = known ? curve.Duty(hottest, now) : plan.Thermal.FailsafeDuty;
        var chosen = Memory.FanMode switch
        {
            FanMode.Full => new Percent(100),
            FanMode.Fixed when known && hottest < plan.Thermal.Full => new Percent(Memory.DutyPercent),
            _ => automatic,
        };
        var floor =
            Overheated || fans.Any(fan => fan.Dead) ? new Percent(100)
            : Failsafe ? plan.Thermal.FailsafeDuty
            : plan.Thermal.MinDuty;
        return Percent.Max(chosen, floor);
    }

    private void Tell(EventLog log)
    {
        var zone = plan.Zone.Text;
        log.Alarm(
            Failsafe && !temperature.IsAwaited,
            Severity.Warning,
            zone,
            "zone-failsafe",
            $"{zone}: {(temperature.Problem.Length > 0 ? temperature.Problem : "no temperature is known")}; its fans run at least at {plan.Thermal.FailsafeDuty}. Check the sensor and its cable.",
            $"{zone}: all temperature sensors are good again."
        );
        log.Alarm(
            Overheated,
            Severity.Critical,
            zone,
            "zone-overheated",
            $"{zone} reached {plan.Thermal.Critical}: its nodes are stopped one after the other until it is below {plan.Thermal.Resume}. Check fans, filters and doors.",
            $"{zone} has cooled down; its nodes may start again."
        );
        var deaf = Array.Find(orders, fan => fan.Problem.Length > 0);
        log.Alarm(
            deaf is not null,
            Severity.Error,
            zone,
            "fan-not-driven",
            $"{zone}: its fans cannot be driven ({deaf?.Fan}: {deaf?.Problem}). Check the fan controller.",
            $"{zone}: its fans can be driven again."
        );
        foreach (var fan in fans)
        {
            log.Alarm(
                fan.Dead,
                Severity.Error,
                fan.Fan.Text,
                "fan-dead",
                $"{fan.Fan} is told to turn and stands still; the other fans of {zone} run full. Replace it.",
                $"{fan.Fan} turns again."
            );
        }
    }
}
