using System.Globalization;
using System.Runtime.InteropServices;

namespace Holdfast.Hal.Linux.Files;

/// <summary>fsync of a folder itself, so that new names in it last; the framework has no call for it.</summary>
public static partial class FolderNames
{
    /// <summary>fsync(2). Elsewhere than on Linux it does nothing.</summary>
    /// <exception cref="IOException">The names are not on stable storage.</exception>
    public static void Flush(string folder) => Flush(folder, Fsync);

    /// <summary>syncfs(2): everything written so far to the file system that the folder is on, in one call instead of one a file.</summary>
    /// <exception cref="IOException">Something is not on stable storage.</exception>
    public static void FlushFileSystem(string folder) => Flush(folder, Syncfs);

    private static void Flush(string folder, Func<int, int> flush)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = OpenFile(folder, flags: 0);
        if (descriptor < 0)
        {
            throw new IOException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"cannot open {folder} (errno {Marshal.GetLastPInvokeError()})"
                )
            );
        }

        var result = flush(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = CloseFile(descriptor);
        if (result != 0)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"cannot flush {folder} (errno {error})")
            );
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Syncfs(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFile(int descriptor);
}
