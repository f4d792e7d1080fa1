namespace Holdfast.Storage.OpenCl;

/// <summary>What a device says it is.</summary>
public enum OpenClDeviceKind
{
    Other,

    /// <summary>The processors themselves.</summary>
    Cpu,
    Gpu,
    Accelerator,
}
