using System.Security.Cryptography;
using System.Text;
using Holdfast.Firmware.Boards;
using Holdfast.Gateway.Commands.Access;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>An operator's private key: PKCS #8 in PEM, for the eyes of its owner only. It is never printed.</summary>
internal static class OperatorKeyFile
{
    private const int LengthMax = 8 * 1024;

    /// <summary>Makes a key and its file.</summary>
    /// <returns>The public half.</returns>
    /// <exception cref="RemoteException">The file is there already, or cannot be written.</exception>
    public static OperatorKey Create(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteException($"the key file {path} cannot be made ({e.Message.TrimEnd('.')})", ExitCode.Usage);
        }

        return OperatorKey.Of(key);
    }

    /// <exception cref="RemoteException">There is no key of P-256 in it, or others may read it.</exception>
    public static ECDsa Read(string path)
    {
        var (bytes, unreadable) = BoundedFile.Read(path, LengthMax);
        if (bytes is null)
        {
            throw new RemoteException($"the key file {path} cannot be read ({unreadable})", ExitCode.Usage);
        }

        const UnixFileMode Others =
            UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new RemoteException(
                $"the key file {path} is open to others: make it yours alone with chmod 600, or make a new key if somebody may have seen it",
                ExitCode.Usage
            );
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(bytes));
            OperatorKey.Of(key);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new RemoteException(
                $"there is no key of P-256 in {path}; 'holdfast operator keygen' makes one",
                ExitCode.Usage
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
