using Holdfast.Firmware.Boards;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>A password in a file, where neither the process list nor the shell's history shows it.</summary>
internal static class SecretFile
{
    private const int LengthMax = 4096;

    /// <summary>Without the line's end that editors add.</summary>
    /// <exception cref="MqttUsageException">It cannot be read.</exception>
    public static byte[]? Read(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var (bytes, unreadable) = BoundedFile.Read(file, LengthMax);
        return bytes is null
            ? throw new MqttUsageException(
                $"the password file {file} cannot be read ({unreadable}); check its name and rights"
            )
            : bytes.AsSpan().TrimEnd("\r\n"u8).ToArray();
    }
}
