using Holdfast.Testing;

namespace Holdfast.Storage.OpenCl.Tests;

/// <summary>A device to try things on: PoCL's, or whatever is installed.</summary>
internal static class Pocl
{
    public const string Packages = "ocl-icd-libopencl1 pocl-opencl-icd";

    private static readonly Lazy<OpenClSearch> Found = new(() => OpenClDevices.Find());

    /// <summary>The first device that can be used, or the end of the test.</summary>
    public static OpenClDevice Require() => Search().Devices.First(device => device.Unfit is null);

    /// <summary>A search that found something, or the end of the test.</summary>
    public static OpenClSearch Search()
    {
        Counterpart.RequireLibrary(OpenClDevices.DefaultLoader, Packages);
        return Found.Value.Availability == OpenClAvailability.Available
            ? Found.Value
            : throw Counterpart.Missing($"an OpenCL device ({Found.Value.Finding})", Packages);
    }
}
