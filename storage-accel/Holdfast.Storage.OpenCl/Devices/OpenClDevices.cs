using Holdfast.Storage.OpenCl.Interop;

namespace Holdfast.Storage.OpenCl;

/// <summary>Looks for devices. Nothing being there is an answer, not an exception.</summary>
public static unsafe class OpenClDevices
{
    /// <summary>The ICD loader, which knows the drivers.</summary>
    public const string DefaultLoader = "libOpenCL.so.1";

    /// <summary>More than one machine has; bounds what a broken driver makes us allocate.</summary>
    private const int CountMax = 64;

    /// <summary>
    /// Asks each driver for its devices. The first call in a process starts the drivers, which can take a second and leaves their threads behind.
    /// </summary>
    /// <param name="loader">A library's file name or path.</param>
    public static OpenClSearch Find(string loader = DefaultLoader) =>
        OpenClApi.TryLoad(loader, out var api, out var problem) ? Find(api) : problem;

    internal static OpenClSearch Find(OpenClApi api)
    {
        using var signals = RuntimeSignals.Keep();
        var platforms = stackalloc nint[CountMax];
        uint count = 0;
        var code = api.GetPlatformIds(CountMax, platforms, &count);
        if (code == OpenClCode.PlatformNotFound || (code == OpenClCode.Success && count == 0))
        {
            return OpenClSearch.Without(
                OpenClAvailability.NoPlatform,
                "There is an OpenCL loader, but no driver for it: /etc/OpenCL/vendors, or the folder in OCL_ICD_VENDORS, names none "
                    + "that can be loaded (Debian: pocl-opencl-icd for the processor, or the GPU's driver)."
            );
        }

        if (code != OpenClCode.Success)
        {
            return OpenClSearch.Without(
                OpenClAvailability.NoPlatform,
                new OpenClException("clGetPlatformIDs", code).Message
            );
        }

        List<OpenClDevice> devices = [];
        List<string> findings = [];
        for (var i = 0; i < Math.Min(count, CountMax); i++)
        {
            AddDevices(api, platforms[i], devices, findings);
        }

        return new OpenClSearch(
            devices.Exists(device => device.Unfit is null) ? OpenClAvailability.Available : OpenClAvailability.NoDevice,
            devices,
            string.Join(" ", findings)
        );
    }

    /// <summary>A driver that fails doesn't hide the others' devices.</summary>
    private static void AddDevices(OpenClApi api, nint platform, List<OpenClDevice> devices, List<string> findings)
    {
        var name = "A driver";
        try
        {
            name = OpenClInfo.OfPlatform(api, platform).Text(OpenClFlag.PlatformName);
            var ids = stackalloc nint[CountMax];
            uint count = 0;
            var code = api.GetDeviceIds(platform, OpenClFlag.AllDevices, CountMax, ids, &count);
            if (code == OpenClCode.DeviceNotFound || (code == OpenClCode.Success && count == 0))
            {
                findings.Add($"{name} has no device.");
                return;
            }

            OpenClException.Check(code, "clGetDeviceIDs");
            for (var i = 0; i < Math.Min(count, CountMax); i++)
            {
                var device = DeviceDescription.Read(api, platform, name, ids[i]);
                devices.Add(device);
                findings.Add(
                    device.Unfit is { } reason ? $"{device} cannot be used: {reason}." : $"{device} can be used."
                );
            }
        }
        catch (OpenClException failure)
        {
            findings.Add($"{name} does not describe its devices: {failure.Message}");
        }
    }
}
