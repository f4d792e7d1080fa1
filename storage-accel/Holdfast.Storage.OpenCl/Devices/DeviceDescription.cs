using System.Globalization;
using Holdfast.Storage.OpenCl.Interop;
using Holdfast.Storage.OpenCl.Pipeline;

namespace Holdfast.Storage.OpenCl;

/// <summary>Asks a driver about a device.</summary>
internal static class DeviceDescription
{
    /// <summary>What OpenCL 1.2 demands of a device for constants, and a group of rows needs at most.</summary>
    private const ulong ConstantMin = 64 * 1024;

    /// <summary>Room for the smallest pieces of 255 shards, with something to spare.</summary>
    private const ulong MemoryMin = 16 << 20;

    /// <summary>Room for the smallest pieces of 254 sources.</summary>
    private const ulong AllocationMin = 2 << 20;

    /// <exception cref="OpenClException">The driver does not answer.</exception>
    public static OpenClDevice Read(OpenClApi api, nint platform, string platformName, nint id)
    {
        var info = OpenClInfo.OfDevice(api, id);
        var allocationMax = Saturated(info.Number<ulong>(OpenClFlag.DeviceAllocationMax));
        var preferredIntegers = (int)info.Number<uint>(OpenClFlag.DevicePreferredIntegers);
        return new OpenClDevice(api, platform, id, allocationMax, preferredIntegers)
        {
            Platform = platformName,
            Name = info.Text(OpenClFlag.DeviceName),
            Version = info.Text(OpenClFlag.DeviceVersion),
            Driver = info.Text(OpenClFlag.DriverVersion),
            Kind = KindOf(info.Number<ulong>(OpenClFlag.DeviceType)),
            ComputeUnits = (int)info.Number<uint>(OpenClFlag.DeviceComputeUnits),
            Memory = Saturated(info.Number<ulong>(OpenClFlag.DeviceMemorySize)),
            SharesHostMemory = info.Number<uint>(OpenClFlag.DeviceSharesHostMemory) != 0,
            Unfit = WhyUnfit(info),
        };
    }

    internal static bool IsAtLeast12(string version)
    {
        // "OpenCL 1.2 and what the vendor adds" (OpenCL 1.2, table 4.3).
        var parts = version.Split(' ', '.');
        return parts is ["OpenCL", var major, var minor, ..]
            && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            && (first, second).CompareTo((1, 2)) >= 0;
    }

    private static string? WhyUnfit(OpenClInfo info)
    {
        var version = info.Text(OpenClFlag.DeviceVersion);
        return !IsAtLeast12(version) ? $"it speaks {version}, and 1.2 is needed"
            : info.Number<uint>(OpenClFlag.DeviceAvailable) == 0 ? "its driver says that it is not available"
            : info.Number<uint>(OpenClFlag.DeviceCompilerAvailable) == 0 ? "its driver has no compiler"
            : info.Number<nuint>(OpenClFlag.DeviceGroupSizeMax) < ProductProgram.GroupSize
                ? $"its work groups are smaller than {ProductProgram.GroupSize}"
            : info.Number<ulong>(OpenClFlag.DeviceConstantMax) < ConstantMin ? "it has less than 64 KiB for constants"
            : info.Number<ulong>(OpenClFlag.DeviceMemorySize) < MemoryMin ? "it has less than 16 MiB of memory"
            : info.Number<ulong>(OpenClFlag.DeviceAllocationMax) < AllocationMin
                ? "it gives less than 2 MiB of memory at a time"
            : null;
    }

    private static OpenClDeviceKind KindOf(ulong type) =>
        (type & OpenClFlag.KindGpu) != 0 ? OpenClDeviceKind.Gpu
        : (type & OpenClFlag.KindAccelerator) != 0 ? OpenClDeviceKind.Accelerator
        : (type & OpenClFlag.KindCpu) != 0 ? OpenClDeviceKind.Cpu
        : OpenClDeviceKind.Other;

    private static long Saturated(ulong value) => (long)Math.Min(value, long.MaxValue);
}
