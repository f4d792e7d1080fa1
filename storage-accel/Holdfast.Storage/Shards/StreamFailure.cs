namespace Holdfast.Storage.Shards;

/// <summary>Input and output whose failures are values: disks fill up and break.</summary>
internal static class StreamFailure
{
    public static bool IsExpected(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>In words. The argument out of range is the framework's word for EFBIG.</summary>
    public static string TextOf(Exception e) =>
        e is ArgumentOutOfRangeException
            ? "the file system or a limit of the process lets the file grow no further"
            : e.Message.TrimEnd('.');

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
            return TextOf(e);
        }
    }
}
