using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Gateway.Outbox;

/// <summary>The key with which a rack signs its word on gaps: made at the first start, readable by its owner only.</summary>
public static class OutboxKey
{
    public const string FileName = "outbox-key.pem";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="folder">The data folder; it exists.</param>
    /// <exception cref="IOException">The file cannot be read or written, holds no key, or others may read it.</exception>
    public static ECDsa LoadOrCreate(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? Load(path) : Create(path);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{path} holds no key that can be used ({e.Message}); remove it to have a new one made, which consumers then have to be told",
                e
            );
        }
    }

    private static ECDsa Load(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
        {
            throw new IOException(
                $"{path} can be read by others: chmod 600 it, and make a new key if others had access"
            );
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }

    private static ECDsa Create(string path)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var temporary = path + ".tmp";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
        return key;
    }
}
