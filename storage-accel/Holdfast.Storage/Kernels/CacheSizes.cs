namespace Holdfast.Storage.Kernels;

/// <summary>
/// From how many bytes on the loops reach for the memory in another way. Rounded figures of today's server and board processors: being wrong
/// costs some speed at the borders and nothing else.
/// </summary>
internal static class CacheSizes
{
    /// <summary>What the caches of one core hold together with other things; the processor's own read-ahead suffices.</summary>
    public const long Near = 1_500_000;

    /// <summary>More than this is not in a cache any more when it is used again.</summary>
    public const long LastLevel = 24_000_000;

    /// <summary>Whether the results of an operation on so many bytes should go past the caches.</summary>
    public static bool AreStreamed(DataLocality locality, long bytes) =>
        locality switch
        {
            DataLocality.Streamed => true,
            DataLocality.Cached => false,
            _ => bytes >= LastLevel,
        };
}
