namespace Holdfast.Firmware.Broker;

/// <summary>How files looked at a moment: their time and length, and what a link stands for. Polled, since not every file system tells of changes.</summary>
internal static class FileStamps
{
    public static string Of(IEnumerable<string> files) => string.Join('\n', files.Select(Of));

    private static string Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? $"{path} {target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}" : path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
