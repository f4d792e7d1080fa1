using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Firmware.Appliance;

/// <summary>The secret that page and API ask for when they are served beyond this machine. It lives in the data folder, readable by its owner only.</summary>
internal static class AccessToken
{
    public const string FileName = "access-token";

    private const int RandomLength = 20;
    private const int LengthMin = 16;

    /// <summary>The token, made at the first need; empty on the loopback.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static byte[] For(IPEndPoint endpoint, string dataFolder)
    {
        if (IPAddress.IsLoopback(endpoint.Address))
        {
            return [];
        }

        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(path, options);
            writer.WriteLine(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomLength)));
        }

        var token = File.ReadAllText(path).Trim();
        return token.Length >= LengthMin
            ? Encoding.UTF8.GetBytes(token)
            : throw new StartException(
                $"the access token in {path} has fewer than {LengthMin} characters; delete the file, and a new one is made"
            );
    }
}
