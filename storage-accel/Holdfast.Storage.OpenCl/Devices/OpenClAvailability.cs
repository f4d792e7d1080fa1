namespace Holdfast.Storage.OpenCl;

/// <summary>How far a search for devices came.</summary>
public enum OpenClAvailability
{
    /// <summary>There is no loader, or it is not one of OpenCL 1.2.</summary>
    NoLoader,

    /// <summary>There is a loader, but no driver registered with it.</summary>
    NoPlatform,

    /// <summary>There are drivers, but none has a device that can do the work.</summary>
    NoDevice,

    /// <summary>There is a device.</summary>
    Available,
}
