namespace Holdfast.Hil;

/// <summary>What can go wrong in the container on order. In scripts in lower case with hyphens: <c>bmc-silent</c>.</summary>
public enum FaultKind
{
    /// <summary>Target: a node. Its BMC does not answer.</summary>
    BmcSilent,

    /// <summary>Target: a node. Its BMC answers, but late.</summary>
    BmcSlow,

    /// <summary>Target: a sensor, fan or meter. It goes on showing what it showed when the fault began.</summary>
    SensorStuck,

    /// <summary>Target: a sensor, fan or meter. It is there, but gives no value.</summary>
    SensorStale,

    /// <summary>Target: a sensor, fan or meter. It is gone.</summary>
    SensorAbsent,

    /// <summary>Target: a sensor, fan or meter. It shows values that cannot be.</summary>
    SensorGarbage,

    /// <summary>Target: a fan. It does not turn.</summary>
    FanDead,

    /// <summary>Target: a node. A boot that is under way does not come to its end.</summary>
    NodeNoBoot,

    /// <summary>Target: a node. Its system does not react to the power button.</summary>
    NodeIgnoresSoftOff,

    /// <summary>Target: a node. If its system runs when the fault begins, it hangs until the fault ends or it is reset.</summary>
    NodeHangs,

    /// <summary>Target: a smoke detector.</summary>
    Smoke,

    /// <summary>Target: a leak detector.</summary>
    Leak,

    /// <summary>Target: a door contact.</summary>
    DoorOpen,

    /// <summary>Target: the word "grid".</summary>
    GridLost,

    /// <summary>Target: a node. It runs but cannot be reached over the network.</summary>
    PresenceLost,
}
