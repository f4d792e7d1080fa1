namespace Holdfast.Rack.Thermal;

/// <summary>
/// The duty for a temperature: a PI controller around the target, in percent of duty.
///
/// Proportional: from the least duty at the target to full speed at <c>Full</c>. Integral: what holds the target against a
/// lasting load; it only moves while the duty is not at its end (no wind-up). At <c>Full</c> the fans run full until the zone is
/// <see cref="Hysteresis"/> cooler.
/// </summary>
internal sealed class FanCurve(ThermalPlan plan)
{
    public static readonly Celsius Hysteresis = new(2);

    /// <summary>The time in which a lasting error of the whole band moves the duty from least to full.</summary>
    private static readonly TimeSpan IntegralTime = TimeSpan.FromMinutes(4);

    private double integral;
    private bool full;
    private MonotonicTime? last;

    public Percent Duty(Celsius temperature, MonotonicTime now)
    {
        var span = 100 - plan.MinDuty.Value;
        var band = (plan.Full - plan.Target).Value;
        var error = (temperature - plan.Target).Value / band;
        var elapsed = last is { } before ? now - before : TimeSpan.Zero;
        last = now;

        full = temperature >= plan.Full || (full && temperature > plan.Full - Hysteresis);
        var duty = plan.MinDuty.Value + (span * (error + integral));
        var pushesOut = (duty >= 100 && error > 0) || (duty <= plan.MinDuty.Value && error < 0);
        if (!pushesOut)
        {
            integral = Math.Clamp(integral + (error * (elapsed / IntegralTime)), 0, 1);
        }

        return full ? new Percent(100) : new Percent(Math.Clamp(duty, plan.MinDuty.Value, 100));
    }
}
