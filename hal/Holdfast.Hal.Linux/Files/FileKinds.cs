using System.Globalization;
using System.Runtime.InteropServices;

namespace Holdfast.Hal.Linux.Files;

/// <summary>What stands behind a name in a folder.</summary>
public enum FileKind
{
    Regular,
    Folder,
    Link,

    /// <summary>A pipe, a socket or a device: opening it may wait for ever.</summary>
    Special,
}

/// <summary>statx(2), for what the framework does not tell: a pipe from a file.</summary>
public static partial class FileKinds
{
    private const int AtCurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint TypeOnly = 1;

    /// <summary>struct statx has 256 bytes, and at 28 the mode in 16 bits.</summary>
    private const int StatLength = 256;
    private const int ModeAt = 28;

    /// <summary>Of the name itself: a link is not followed.</summary>
    /// <exception cref="IOException">There is no such name, or it cannot be looked at.</exception>
    public static FileKind Of(string path) => Of(path, NoFollow);

    /// <summary>Of what a link leads to in the end.</summary>
    /// <exception cref="IOException">There is no such name, or it cannot be looked at.</exception>
    public static FileKind OfTarget(string path) => Of(path, 0);

    private static FileKind Of(string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Directory.Exists(path) ? FileKind.Folder : FileKind.Regular;
        }

        Span<byte> stat = stackalloc byte[StatLength];
        if (Statx(AtCurrentFolder, path, flags, TypeOnly, ref MemoryMarshal.GetReference(stat)) != 0)
        {
            throw new IOException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"cannot look at {path} ({Marshal.GetLastPInvokeErrorMessage()})"
                )
            );
        }

        // S_IFMT, inode(7)
        return (MemoryMarshal.Read<ushort>(stat[ModeAt..]) & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            _ => FileKind.Special,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte stat);
}
