using Holdfast.Storage.OpenCl.Interop;

namespace Holdfast.Storage.OpenCl;

/// <summary>A device, as its driver describes it.</summary>
public sealed record OpenClDevice
{
    internal OpenClDevice(OpenClApi api, nint platformId, nint id, long allocationMax, int preferredIntegers) =>
        (Api, PlatformId, Id, AllocationMax, PreferredIntegers) = (
            api,
            platformId,
            id,
            allocationMax,
            preferredIntegers
        );

    /// <summary>The driver: "Portable Computing Language".</summary>
    public required string Platform { get; init; }

    public required string Name { get; init; }

    /// <summary>"OpenCL 3.0 PoCL …".</summary>
    public required string Version { get; init; }

    /// <summary>The driver's own version.</summary>
    public required string Driver { get; init; }

    public required OpenClDeviceKind Kind { get; init; }

    /// <summary>Cores, or what the driver calls so.</summary>
    public required int ComputeUnits { get; init; }

    /// <summary>In bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Whether its memory is the processor's.</summary>
    public required bool SharesHostMemory { get; init; }

    /// <summary>Why it cannot do the work; null when it can.</summary>
    public required string? Unfit { get; init; }

    /// <summary>Of one buffer, in bytes.</summary>
    internal long AllocationMax { get; }

    /// <summary>How many 32-bit integers it likes to work on at once.</summary>
    internal int PreferredIntegers { get; }

    internal OpenClApi Api { get; }

    internal nint PlatformId { get; }

    internal nint Id { get; }

    public override string ToString() => $"{Name} ({Platform})";
}
