namespace Holdfast.Firmware.Boards;

/// <summary>Reads a file that a person named, and no more of it than makes sense: the name may be that of anything.</summary>
internal static class BoundedFile
{
    /// <summary>The content, or in words why there is none.</summary>
    /// <param name="lengthMax">In bytes; what is longer is not read.</param>
    public static (byte[]? Bytes, string Problem) Read(string path, int lengthMax)
    {
        if (Directory.Exists(path))
        {
            return (null, "it is a folder");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            // A device says that it is empty and never ends: what was read counts, not what the file says.
            var room = new byte[lengthMax + 1];
            var length = file.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
            return length > lengthMax ? (null, $"it is longer than {lengthMax} bytes") : (room[..length], "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, e.Message.TrimEnd('.'));
        }
    }
}
