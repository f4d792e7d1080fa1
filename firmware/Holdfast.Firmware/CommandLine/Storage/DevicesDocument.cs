using Holdfast.Storage.Kernels;
using Holdfast.Storage.OpenCl;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>What <c>storage devices</c> says with --json.</summary>
/// <param name="Kernel">The tier in use.</param>
/// <param name="Kernels">The tiers that this processor runs, the fastest last.</param>
/// <param name="Opencl">What was found, or what is missing and what to do.</param>
internal sealed record DevicesDocument(
    string Kernel,
    IReadOnlyList<string> Kernels,
    int Cores,
    string Opencl,
    IReadOnlyList<DeviceDocument> Devices
)
{
    public static DevicesDocument Of(OpenClSearch search) =>
        new(
            NameOf(KernelSelector.Tier),
            [.. KernelSelector.Supported.Select(NameOf)],
            Environment.ProcessorCount,
            search.Finding,
            [.. search.Devices.Select(DeviceDocument.Of)]
        );

    private static string NameOf(KernelTier tier) => tier.ToString().ToLowerInvariant();
}

/// <summary>An OpenCL device, as its driver describes it.</summary>
/// <param name="Kind">cpu, gpu, accelerator or other.</param>
/// <param name="ComputeUnits">Cores, or what the driver calls so.</param>
/// <param name="Memory">In bytes.</param>
/// <param name="Unfit">Why it cannot do the work; null when it can.</param>
internal sealed record DeviceDocument(
    string Name,
    string Platform,
    string Kind,
    int ComputeUnits,
    long Memory,
    string? Unfit
)
{
    public static DeviceDocument Of(OpenClDevice device) =>
        new(
            device.Name,
            device.Platform,
            device.Kind.ToString().ToLowerInvariant(),
            device.ComputeUnits,
            device.Memory,
            device.Unfit
        );
}
