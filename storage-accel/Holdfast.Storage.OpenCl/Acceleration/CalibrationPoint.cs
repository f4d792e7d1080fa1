namespace Holdfast.Storage.OpenCl;

/// <summary>Both doing the same work in turn, the best of each. Speeds count the bytes of the data shards, copies to and from the device included.</summary>
/// <param name="Work">"encode", "rebuild one".</param>
/// <param name="ShardLength">In bytes.</param>
/// <param name="CpuSpeed">In GB/s, all cores.</param>
/// <param name="DeviceSpeed">In GB/s.</param>
public sealed record CalibrationPoint(string Device, string Work, int ShardLength, double CpuSpeed, double DeviceSpeed)
{
    /// <summary>A device that wins by less isn't worth the wait for its turn.</summary>
    private const double Margin = 1.1;

    public bool DeviceWins => DeviceSpeed > CpuSpeed * Margin;
}
