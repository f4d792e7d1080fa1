namespace Holdfast.Storage.OpenCl.Acceleration;

/// <summary>Finds the shard length from which on a device wins. The longer the shards, the less its fixed costs count.</summary>
internal static class Crossover
{
    /// <param name="lengths">The longest first.</param>
    /// <param name="measure">Only called while the device wins: one that loses with the longest is measured once.</param>
    /// <returns>The shortest length with which it and all longer ones won; null when the longest lost.</returns>
    public static int? Find(
        IEnumerable<int> lengths,
        Func<int, CalibrationPoint> measure,
        List<CalibrationPoint> points
    )
    {
        int? from = null;
        foreach (var length in lengths)
        {
            var point = measure(length);
            points.Add(point);
            if (!point.DeviceWins)
            {
                break;
            }

            from = length;
        }

        return from;
    }
}
