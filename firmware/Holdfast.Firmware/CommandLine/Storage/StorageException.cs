namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>A storage command cannot do what it was asked; the message says why and what helps.</summary>
internal sealed class StorageException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;
}
