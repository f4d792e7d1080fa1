using System.Globalization;
using System.Runtime.InteropServices;

namespace Holdfast.Hal.Linux.Files;

/// <summary>fsync of a folder itself, so that new names in it last; the framework has no call for it.</summary>
internal static partial class FolderNames
{
    /// <exception cref="IOException">The names are not on stable storage.</exception>
    public static void Flush(string folder)
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

        var result = Fsync(descriptor);
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

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFile(int descriptor);
}
