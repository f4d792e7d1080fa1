namespace Holdfast.Storage;

/// <summary>Where the caller's data is, as far as the caller knows. It changes the speed, never the result.</summary>
public enum DataLocality
{
    /// <summary>Judged by the size of the whole operation.</summary>
    Automatic,

    /// <summary>In the processor's caches, or read again soon.</summary>
    Cached,

    /// <summary>In memory, one stripe of many: results go past the caches, which keep what others need.</summary>
    Streamed,
}
