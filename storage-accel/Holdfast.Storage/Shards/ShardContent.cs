namespace Holdfast.Storage.Shards;

/// <summary>What the source of a set of shards is, for whoever gets it back. The coding doesn't look at it.</summary>
public enum ShardContent : byte
{
    /// <summary>Bytes: a file.</summary>
    Bytes = 0,

    /// <summary>A tar archive of a directory (POSIX.1-2001, pax).</summary>
    Tar = 1,
}
