using System.Globalization;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>What files in a folder of shards are called. Only the header counts for what is in one.</summary>
internal static class ShardNames
{
    public const string Ending = ".shard";

    /// <summary>Where a command that changes a folder says so.</summary>
    public const string WorkFile = ".holdfast-storage";

    /// <summary>What a command that encodes writes there, in front of the id of its set.</summary>
    public const string Encoding = "encode ";

    public static string Of(int index) => string.Create(CultureInfo.InvariantCulture, $"{index:000}{Ending}");

    /// <summary>A name for a shard that is missing: its own, unless something is there that must not be overwritten.</summary>
    public static string FreeFor(string folder, int index)
    {
        var name = Of(index);
        for (var i = 1; Path.Exists(Path.Combine(folder, name)); i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{index:000}-{i}{Ending}");
        }

        return name;
    }
}
