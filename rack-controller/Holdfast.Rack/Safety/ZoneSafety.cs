using System.Collections.Immutable;
using Holdfast.Hal;
using Holdfast.Rack.Events;

namespace Holdfast.Rack.Safety;

/// <summary>
/// The interlocks of one zone.
///
/// Smoke: its nodes are switched off at once, in stop order, none starts, and they stay off when the smoke has gone: somebody looks first, then
/// switches them on. The fans stay under the thermal loop: a node that cannot be switched off still needs air, and stopping
/// the air is the fire panel's task. Leak: alarm, and the zone's pumps stop until it has been dry for a while. Door: a warning.
/// An input that cannot be read is an alarm, never a reason to switch off.
/// </summary>
internal sealed class ZoneSafety(ZonePlan plan)
{
    /// <summary>Between two nodes: all of a zone are off within seconds, and the breaker sees no step.</summary>
    private static readonly TimeSpan SmokePause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan DryFor = TimeSpan.FromMinutes(1);

    /// <summary>For as long an input is believed, and as long a first reading is waited for.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(5);

    private readonly Dictionary<SensorId, SafetyObservation> inputs = plan.Inputs.ToDictionary(
        input => input.Input,
        input => new SafetyObservation(input.Input, SafetyState.Unknown, MonotonicTime.Never, "not read yet")
    );

    private MonotonicTime? startedAt;
    private MonotonicTime lastSwitched = MonotonicTime.Never;
    private MonotonicTime lastWet = MonotonicTime.Never;
    private MonotonicTime pumpsSentAt = MonotonicTime.Never;
    private bool? pumpsOn;

    /// <summary>Smoke is there, or was when the detector fell silent.</summary>
    public bool Smoke { get; private set; }

    public ImmutableArray<SafetyObservation> Observations => [.. inputs.Values];

    public void Observe(in SafetyObservation observation)
    {
        if (inputs.ContainsKey(observation.Input))
        {
            inputs[observation.Input] = observation;
        }
    }

    public void Update(MonotonicTime now, EventLog log)
    {
        startedAt ??= now;
        foreach (var (id, seen) in inputs)
        {
            if (seen.State != SafetyState.Unknown && now - seen.At > FreshFor)
            {
                inputs[id] = seen with { State = SafetyState.Unknown, Detail = "not read for some time" };
            }
        }

        if (Known(SafetyKind.Smoke))
        {
            Smoke = Active(SafetyKind.Smoke);
        }

        if (Active(SafetyKind.Leak))
        {
            lastWet = now;
        }

        Tell(now - startedAt.Value > FreshFor, log);
    }

    /// <summary>The next node to switch off because of smoke, if one is due.</summary>
    public NodeId? NextToSwitchOff(MonotonicTime now, IEnumerable<NodeId> poweredInStopOrder)
    {
        if (!Smoke || now - lastSwitched < SmokePause)
        {
            return null;
        }

        foreach (var node in poweredInStopOrder)
        {
            lastSwitched = now;
            return node;
        }

        return null;
    }

    /// <summary>Whether the pumps are to be told again, and what.</summary>
    public bool? PumpsDue(MonotonicTime now)
    {
        var on = Known(SafetyKind.Leak) ? now - lastWet > DryFor : pumpsOn;
        if (plan.Pumps.IsEmpty || on is null || (on == pumpsOn && now - pumpsSentAt < RepeatEvery))
        {
            return null;
        }

        pumpsOn = on;
        pumpsSentAt = now;
        return on;
    }

    private bool Active(SafetyKind kind) => Of(kind).Any(input => inputs[input.Input].State == SafetyState.Active);

    private bool Known(SafetyKind kind) =>
        Of(kind).All(input => inputs[input.Input].State != SafetyState.Unknown) || Active(kind);

    private IEnumerable<SafetyInputPlan> Of(SafetyKind kind) => plan.Inputs.Where(input => input.Kind == kind);

    /// <param name="overdue">Every input has had its time to be read once.</param>
    private void Tell(bool overdue, EventLog log)
    {
        foreach (var input in plan.Inputs)
        {
            var seen = inputs[input.Input];
            var (severity, text) = input.Kind switch
            {
                SafetyKind.Smoke => (
                    Severity.Critical,
                    $"Smoke in {plan.Zone}: its nodes are switched off. Go and look; switch them on by hand when it is safe."
                ),
                SafetyKind.Leak => (Severity.Critical, $"Water in {plan.Zone}: its pumps are stopped. Find the leak."),
                _ => (Severity.Warning, $"The door of {plan.Zone} is open."),
            };
            var word = input.Kind.ToString().ToLowerInvariant();
            if (seen.State != SafetyState.Unknown)
            {
                log.Alarm(
                    seen.State == SafetyState.Active,
                    severity,
                    input.Input.Text,
                    word,
                    text,
                    $"{input.Input}: clear again."
                );
            }

            log.Alarm(
                seen.State == SafetyState.Unknown && (overdue || seen.At > MonotonicTime.Never),
                Severity.Warning,
                input.Input.Text,
                "input-unknown",
                $"{input.Input} cannot be read ({seen.Detail}): {plan.Zone} is not guarded against {word}. Check its cable.",
                $"{input.Input} can be read again."
            );
        }
    }
}
