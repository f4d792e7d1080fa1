namespace Holdfast.Hil;

/// <summary>
/// Grid, solar, battery and the inverter between them. The sun serves first, then the grid; what the sun has left charges the
/// battery, and without grid the battery serves. When even that is not enough the container goes dark, until the grid is back or
/// the sun has charged the battery a little.
/// </summary>
/// <remarks>Energy is kept: grid + solar + battery = load + loss, in every step.</remarks>
internal sealed class EnergySystem(ContainerEnergy plan)
{
    private const double InverterEfficiency = 0.95;
    private const double ChargeEfficiency = 0.96;
    private const double DischargeEfficiency = 0.96;

    // Above this charge the battery takes less and less (constant voltage); below it the grid helps to charge.
    private const double TaperFrom = 0.9;
    private const double RestartCharge = 0.1;

    private const double MainsVoltage = 230;
    private const double SolarVoltage = 120;

    private double stored = plan.BatteryCapacity.Value * Math.Clamp(plan.BatteryCharge.Value / 100, 0, 1);

    /// <summary>False while the container is dark.</summary>
    public bool Feeds { get; private set; } = true;

    public bool GridUp { get; private set; } = true;

    /// <summary>Drawn from the grid, W.</summary>
    public double Grid { get; private set; }

    /// <summary>Taken from the panels, W. What nobody needs is not taken.</summary>
    public double Solar { get; private set; }

    /// <summary>Out of the battery at its terminals, W; negative while it charges.</summary>
    public double Battery { get; private set; }

    /// <summary>Served, W; zero while dark.</summary>
    public double Load { get; private set; }

    /// <summary>Turned into heat by the conversions outside the battery, W.</summary>
    public double Loss => Grid + Solar + Battery - Load;

    /// <summary>0 to 1.</summary>
    public double Charge => plan.BatteryCapacity.Value > 0 ? stored / plan.BatteryCapacity.Value : 0;

    /// <summary>Wh in the battery.</summary>
    public double Stored => stored;

    public void Advance(double seconds, double load, double sun, bool gridLost)
    {
        GridUp = !gridLost;
        var solarAvailable = plan.SolarPeak.Value * sun / 1000 * InverterEfficiency;
        if (!Feeds && (GridUp || Charge >= RestartCharge))
        {
            Feeds = true;
        }

        Load = Feeds ? load : 0;
        if (!TryServe(seconds, solarAvailable))
        {
            Feeds = false;
            Load = 0;
            TryServe(seconds, solarAvailable);
        }

        var hours = seconds / 3600;
        stored += Battery > 0 ? -Battery / DischargeEfficiency * hours : -Battery * ChargeEfficiency * hours;
        stored = Math.Clamp(stored, 0, plan.BatteryCapacity.Value);
    }

    public double Voltage(MeterRole role) =>
        role switch
        {
            MeterRole.Grid => GridUp ? MainsVoltage : 0,
            MeterRole.Load => Feeds ? MainsVoltage : 0,
            MeterRole.Solar => Solar > 0 ? SolarVoltage : 0,
            MeterRole.Battery => 46 + (8 * Charge),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "not a meter's role"),
        };

    private bool TryServe(double seconds, double solarAvailable)
    {
        var fromSun = Math.Min(Load, solarAvailable);
        var missing = Load - fromSun;
        Grid = GridUp ? missing : 0;
        Battery = GridUp ? 0 : missing / InverterEfficiency;
        var charging = Battery > 0 ? 0 : ChargeFromSun(seconds, solarAvailable - fromSun);
        Solar = (fromSun + (charging / InverterEfficiency)) / InverterEfficiency;
        if (GridUp && Charge < TaperFrom)
        {
            var topUp = ChargeLimit(seconds) - charging;
            Grid += topUp / InverterEfficiency;
            charging += topUp;
        }

        if (Battery == 0)
        {
            Battery = -charging;
            return GridUp || Load <= plan.InverterMax.Value;
        }

        var possible = Math.Min(plan.DischargeMax.Value, stored * DischargeEfficiency * 3600 / seconds);
        return Load <= plan.InverterMax.Value && Battery <= possible;
    }

    private double ChargeFromSun(double seconds, double surplus) =>
        Math.Min(ChargeLimit(seconds), surplus * InverterEfficiency);

    private double ChargeLimit(double seconds)
    {
        var taper = Math.Clamp(1 - ((Charge - TaperFrom) / (1 - TaperFrom) * 0.9), 0.1, 1);
        var room = (plan.BatteryCapacity.Value - stored) * 3600 / (seconds * ChargeEfficiency);
        return Math.Max(0, Math.Min(plan.ChargeMax.Value * taper, room));
    }
}
