namespace Holdfast.Hil;

/// <summary>
/// One fan. Its speed follows the duty with the lag of its mass; below the stall duty it stops, and it needs more than that to
/// start again. Airflow goes with its speed, power with the third power of it (the fan laws).
/// </summary>
internal sealed class CoolingFan(ContainerFan plan)
{
    private const double StallDuty = 12;
    private const double StartDuty = 20;

    // Speed at no duty, drawn from the line through the working range.
    private const double SpeedFloor = 0.12;
    private const double SpinUpSeconds = 2;
    private const double SpinDownSeconds = 4;

    // Under this it counts as standing, and must start again.
    private const double TurningShare = 0.02;

    private double share;

    /// <summary>What it was told last, 0 to 100 %.</summary>
    public double Duty { get; private set; } = 40;

    /// <summary>The chip drives it by the zone's temperature, as after its reset.</summary>
    public bool Automatic { get; private set; } = true;

    public double Speed => plan.SpeedMax.Value * share;

    /// <summary>m³/s.</summary>
    public double Airflow => plan.AirflowMax * share;

    /// <summary>W.</summary>
    public double Draw => plan.PowerMax.Value * share * share * share;

    public void Tell(double duty)
    {
        Automatic = false;
        Duty = Math.Clamp(duty, 0, 100);
    }

    public void Release() => Automatic = true;

    public void Advance(double seconds, double zoneTemperature, bool drives)
    {
        if (Automatic)
        {
            // The chip's own curve: 30 % at 25 °C, full at 40 °C.
            Duty = Math.Clamp(30 + ((zoneTemperature - 25) * 70 / 15), 30, 100);
        }

        var target = drives ? TargetShare() : 0;
        var lag = target > share ? SpinUpSeconds : SpinDownSeconds;
        share += (target - share) * seconds / (seconds + lag);
    }

    private double TargetShare()
    {
        var least = share > TurningShare ? StallDuty : StartDuty;
        return Duty < least ? 0 : SpeedFloor + ((1 - SpeedFloor) * Duty / 100);
    }
}
