using Holdfast.Hal;

namespace Holdfast.Hil;

// What the devices show of the container: the truth through their faults.
public sealed partial class ContainerModel
{
    /// <summary>A temperature sensor (°C), a fan's tachometer (rpm) or a meter's power (W), as its device shows it.</summary>
    public Sensed Sense(SensorId sensor)
    {
        var i = index.Sensor(sensor);
        if (faults.IsActive(FaultKind.SensorAbsent, i))
        {
            return Sensed.Absent;
        }

        if (faults.IsActive(FaultKind.SensorStale, i))
        {
            return Sensed.Stale;
        }

        if (faults.IsActive(FaultKind.SensorGarbage, i))
        {
            return Sensed.Shown(channels[i].Garbage);
        }

        return Sensed.Shown(faults.IsActive(FaultKind.SensorStuck, i) ? channels[i].StuckAt : TrueValue(i));
    }

    /// <summary>A safety input: true where the door is open, water or smoke was found.</summary>
    public bool IsActive(SensorId input)
    {
        var i = index.Input(input);
        return Plan.Inputs[i].Kind switch
        {
            SafetyKind.Smoke => faults.IsActive(FaultKind.Smoke, i),
            SafetyKind.Leak => faults.IsActive(FaultKind.Leak, i),
            SafetyKind.Door => faults.IsActive(FaultKind.DoorOpen, i),
            _ => throw new InvalidOperationException($"{Plan.Inputs[i].Kind} is not a kind of safety input"),
        };
    }

    /// <summary>How the node's BMC behaves; without supply it is silent.</summary>
    public BmcBehaviour BmcOf(NodeId node)
    {
        var i = index.Node(node);
        if (!energy.Feeds || faults.IsActive(FaultKind.BmcSilent, i))
        {
            return BmcBehaviour.Silent;
        }

        return faults.IsActive(FaultKind.BmcSlow, i) ? BmcBehaviour.Slow : BmcBehaviour.Prompt;
    }

    /// <summary>The node's system answers on the network.</summary>
    public bool IsPresent(NodeId node)
    {
        var i = index.Node(node);
        return machines[i].AnswersPing && !faults.IsActive(FaultKind.PresenceLost, i);
    }

    private double TrueValue(int sensor)
    {
        if (sensor < Plan.Temperatures.Length)
        {
            return zones[index.ZoneOfTemperature[sensor]].Air + channels[sensor].Offset;
        }

        sensor -= Plan.Temperatures.Length;
        return sensor < fans.Length ? fans[sensor].Speed : PowerValue(Plan.Meters[sensor - fans.Length].Role);
    }
}
