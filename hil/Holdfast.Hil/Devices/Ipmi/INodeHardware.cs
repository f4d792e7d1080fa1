namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>The node that a BMC looks after.</summary>
internal interface INodeHardware
{
    bool Powered { get; }

    Watts PowerMax { get; }

    Celsius InletTemperature { get; }

    Celsius ProcessorTemperature { get; }

    Watts Draw { get; }

    Rpm FanSpeed { get; }

    void PowerOn();

    void PowerOff();

    void SoftOff();

    /// <summary>False: not possible while it is off.</summary>
    bool Cycle();

    /// <summary>False: not possible while it is off.</summary>
    bool Reset();
}
