namespace Holdfast.Storage.OpenCl;

/// <summary>What the device is used for, and why.</summary>
/// <param name="Summary">For people.</param>
/// <param name="Points">What was measured, in the order of measuring.</param>
/// <param name="EncodeFrom">The shard length in bytes from which the device encodes; null: never.</param>
/// <param name="RebuildFrom">The shard length in bytes from which the device rebuilds; null: never.</param>
public sealed record AcceleratorVerdict(
    string Summary,
    IReadOnlyList<CalibrationPoint> Points,
    int? EncodeFrom,
    int? RebuildFrom
)
{
    internal bool UsesDevice => EncodeFrom is not null || RebuildFrom is not null;

    internal static AcceleratorVerdict CpuOnly(string reason, IReadOnlyList<CalibrationPoint> points) =>
        new($"The processor does all erasure coding. {reason}", points, null, null);
}
