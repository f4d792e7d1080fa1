namespace Holdfast.Storage.Shards;

/// <summary>What can be wrong with what was given as a shard.</summary>
public enum ShardFault
{
    /// <summary>Nothing, as far as it was read.</summary>
    None,

    /// <summary>It does not begin as a shard does.</summary>
    NotAShard,

    /// <summary>Of a version that this program does not know.</summary>
    UnknownVersion,

    /// <summary>The header's checksum does not fit.</summary>
    HeaderDamaged,

    /// <summary>The header's checksum fits, and yet it says what cannot be.</summary>
    HeaderOutOfRange,

    /// <summary>A shard of another set.</summary>
    Foreign,

    /// <summary>The same shard was given before.</summary>
    Duplicate,

    /// <summary>Some of its pieces are not what was written.</summary>
    Damaged,

    /// <summary>It ends too early.</summary>
    Truncated,

    /// <summary>It goes on after its end.</summary>
    TooLong,

    /// <summary>The medium refuses to give it.</summary>
    Unreadable,
}
