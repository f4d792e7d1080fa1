using System.Text;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// Which names and links an archive may hold, so that whatever it says nothing outside of the target is written or pointed at. The same rules hold when it
/// is made.
/// </summary>
internal static class ArchivePath
{
    /// <summary>What a file's owner, group and others may do. Programs that run as their owner are not made.</summary>
    public const UnixFileMode Rights = (UnixFileMode)0b111_111_111;

    /// <summary>Linux's own limits, in bytes (limits.h).</summary>
    private const int PathLengthMax = 4095;
    private const int NameLengthMax = 255;

    /// <summary>Each level is held open while it is unpacked.</summary>
    private const int DepthMax = 200;

    /// <summary>No file system takes the first, the framework's archives not the second.</summary>
    private const string Unusable = "\0\n";

    /// <param name="path">Relative, parts separated by /.</param>
    /// <returns>What is wrong; null: nothing.</returns>
    public static string? Problem(string path)
    {
        var parts = path.Split('/');
        return path.StartsWith('/') ? "its name is absolute"
            : path.AsSpan().ContainsAny(Unusable) ? "its name holds a zero or a line break"
            : Encoding.UTF8.GetByteCount(path) > PathLengthMax ? $"its name is longer than {PathLengthMax} bytes"
            : parts.Length > DepthMax ? $"it lies deeper than {DepthMax} levels"
            : parts.Any(part => part is "" or "." or "..") ? "its name has a part that is empty, '.' or '..'"
            : parts.Any(part => Encoding.UTF8.GetByteCount(part) > NameLengthMax)
                ? $"its name has a part longer than {NameLengthMax} bytes"
            : null;
    }

    /// <summary>
    /// A link may go up only at its start, and not above the target. Then it cannot leave it through other links either: going up starts at a directory
    /// that is none.
    /// </summary>
    /// <param name="path">Of the link, a good one.</param>
    /// <returns>What is wrong; null: nothing.</returns>
    public static string? LinkProblem(string path, string target)
    {
        var parts = target.Split('/');
        var up = parts.TakeWhile(part => part == "..").Count();
        return target.Length == 0 ? "it leads nowhere"
            : target.StartsWith('/') ? "it leads to an absolute name"
            : target.AsSpan().ContainsAny(Unusable) ? "its target holds a zero or a line break"
            : Encoding.UTF8.GetByteCount(target) > PathLengthMax ? $"its target is longer than {PathLengthMax} bytes"
            : up > path.Count(c => c == '/') ? "it leads outside"
            : parts.Skip(up).Contains("..") ? "its target has '..' behind a name"
            : null;
    }
}
