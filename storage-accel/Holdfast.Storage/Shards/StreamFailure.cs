namespace Holdfast.Storage.Shards;

/// <summary>Input and output whose failures are values: disks fill up and break.</summary>
internal static class StreamFailure
{
    /// <summary>The last is the framework's word for EFBIG: the file system or a limit of the process lets the file grow no further.</summary>
    public static bool IsExpected(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <returns>Why it could not be written; null: it is.</returns>
    public static async ValueTask<string?> WriteAsync(
        Stream target,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancel
    )
    {
        try
        {
            await target.WriteAsync(bytes, cancel);
            return null;
        }
        catch (Exception e) when (IsExpected(e))
        {
            return e.Message;
        }
    }
}
