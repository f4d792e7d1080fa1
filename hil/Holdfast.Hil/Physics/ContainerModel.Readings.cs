namespace Holdfast.Hil;

// What can be read of the container: the truth.
public sealed partial class ContainerModel
{
    /// <summary>0 to 24.</summary>
    public double HourOfDay => climate.HourOfDay;

    public Celsius OutsideTemperature => new(climate.Temperature);

    /// <summary>Sun on the container, W/m².</summary>
    public double Sun => climate.Sun;

    /// <summary>The grid could feed the container.</summary>
    public bool GridUp => energy.GridUp;

    /// <summary>False while the container is dark: no grid, no sun, no battery, or the inverter tripped.</summary>
    public bool Supplied => energy.Feeds;

    /// <summary>What all nodes, fans and the base load want now, whether or not it is served.</summary>
    public Watts TotalDraw => new(Wanted());

    /// <summary>What all nodes draw now.</summary>
    public Watts NodesDraw => new(NodesWant());

    public Percent BatteryCharge => new(energy.Charge * 100);

    public WattHours BatteryStored => new(energy.Stored);

    /// <summary>Lost in the conversions between grid, sun, battery and load; grid + solar + battery = load + this.</summary>
    public Watts ConversionLoss => new(energy.Loss);

    public Watts Power(MeterRole role) => new(PowerValue(role));

    public Volts Voltage(MeterRole role) => new(energy.Voltage(role));

    /// <summary>Power over voltage; negative into the battery.</summary>
    public Amperes Current(MeterRole role) =>
        energy.Voltage(role) is var voltage and > 0 ? new(PowerValue(role) / voltage) : Amperes.Zero;

    public MachineState StateOf(NodeId node) => machines[index.Node(node)].State;

    /// <summary>Its main power is on, as its BMC sees it.</summary>
    public bool IsPowered(NodeId node) => machines[index.Node(node)].Powered;

    public bool IsHung(NodeId node) => machines[index.Node(node)].Hung;

    /// <summary>Share of its computing power in use, 0 to 100 %.</summary>
    public Percent LoadOf(NodeId node) => new(machines[index.Node(node)].Load * 100);

    public Watts DrawOf(NodeId node) => new(Draw(index.Node(node)));

    /// <summary>The air that the node breathes: a little fresher than its zone.</summary>
    public Celsius InletTemperature(NodeId node)
    {
        var zone = zones[index.ZoneOfNode[index.Node(node)]];
        return new((0.7 * zone.Air) + (0.3 * climate.Temperature));
    }

    /// <summary>Of its processor, which heats up by its power.</summary>
    public Celsius ProcessorTemperature(NodeId node)
    {
        var i = index.Node(node);
        return InletTemperature(node) + new Celsius(45 * Draw(i) / Plan.Nodes[i].PowerMax.Value);
    }

    /// <summary>Of the node's own fans, which follow its power.</summary>
    public Rpm NodeFanSpeed(NodeId node)
    {
        var i = index.Node(node);
        return machines[i].Powered ? new(2000 + (6000 * Draw(i) / Plan.Nodes[i].PowerMax.Value)) : Rpm.Zero;
    }

    public Celsius TemperatureOf(ZoneId zone) => new(zones[index.Zone(zone)].Air);

    public Celsius EquipmentTemperatureOf(ZoneId zone) => new(zones[index.Zone(zone)].Equipment);

    /// <summary>What the zone's nodes turn into heat now.</summary>
    public Watts HeatOf(ZoneId zone) => new(NodeHeat(index.Zone(zone)));

    /// <summary>
    /// The air temperature at which the zone would settle with every fan that works at full speed, and with the present heat,
    /// weather, pumps, doors and neighbours. Where this is below critical, the fans could prevent overheating; a zone that is
    /// hotter now still needs minutes to cool down to it.
    /// </summary>
    public Celsius MaxCoolingTemperature(ZoneId zone)
    {
        var i = index.Zone(zone);
        for (var z = 0; z < zones.Length; z++)
        {
            airBefore[z] = zones[z].Air;
        }

        return new(zones[i].Steady(Around(i, fullFans: true)));
    }

    public Rpm SpeedOf(SensorId fan) => new(fans[index.Fan(fan)].Speed);

    /// <summary>The duty that the fan runs at: told to it, or its chip's own choice.</summary>
    public Percent DutyOf(SensorId fan) => new(fans[index.Fan(fan)].Duty);

    /// <summary>m³/s.</summary>
    public double AirflowOf(SensorId fan) => fans[index.Fan(fan)].Airflow;

    public bool IsFanDead(SensorId fan) => faults.IsActive(FaultKind.FanDead, index.Fan(fan));

    /// <summary>The pump was told to run, and there is power for it.</summary>
    public bool IsPumpRunning(SensorId pump) => pumps[index.Pump(pump)] && energy.Feeds;

    private double Draw(int node) => energy.Feeds ? machines[node].Draw : 0;

    private double NodesWant()
    {
        var sum = 0.0;
        foreach (var machine in machines)
        {
            sum += machine.Draw;
        }

        return sum;
    }

    private double Wanted()
    {
        var sum = NodesWant() + Plan.Energy.BaseLoad.Value;
        foreach (var fan in fans)
        {
            sum += fan.Draw;
        }

        return sum;
    }

    private double NodeHeat(int zone)
    {
        var heat = 0.0;
        foreach (var node in index.NodesOfZone[zone])
        {
            heat += Draw(node);
        }

        return heat;
    }

    private double PowerValue(MeterRole role) =>
        role switch
        {
            MeterRole.Grid => energy.Grid,
            MeterRole.Solar => energy.Solar,
            MeterRole.Battery => energy.Battery,
            MeterRole.Load => energy.Load,
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "not a meter's role"),
        };

    private Surroundings Around(int zone, bool fullFans)
    {
        double airflow = 0;
        var airHeat = zones[zone].Plan.SunGain.Value * climate.Sun / 1000;
        foreach (var fan in index.FansOfZone[zone])
        {
            var works = energy.Feeds && !faults.IsActive(FaultKind.FanDead, fan);
            airflow += fullFans ? (works ? Plan.Fans[fan].AirflowMax : 0) : fans[fan].Airflow;
            airHeat += fullFans ? (works ? Plan.Fans[fan].PowerMax.Value : 0) : fans[fan].Draw;
        }

        double pumpCooling = 0;
        foreach (var pump in index.PumpsOfZone[zone])
        {
            pumpCooling += pumps[pump] && energy.Feeds ? Plan.Pumps[pump].Cooling : 0;
        }

        var left = zone > 0 ? airBefore[zone - 1] : 0;
        var right = zone < zones.Length - 1 ? airBefore[zone + 1] : 0;
        return new Surroundings(
            climate.Temperature,
            NodeHeat(zone),
            airHeat,
            airflow,
            pumpCooling,
            DoorOpen(zone),
            left + right,
            (zone > 0 ? 1 : 0) + (zone < zones.Length - 1 ? 1 : 0)
        );
    }

    private bool DoorOpen(int zone)
    {
        foreach (var door in index.DoorsOfZone[zone])
        {
            if (faults.IsActive(FaultKind.DoorOpen, door))
            {
                return true;
            }
        }

        return false;
    }
}
