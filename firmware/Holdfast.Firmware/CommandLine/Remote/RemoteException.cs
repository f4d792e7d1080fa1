namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>The rack was not reached, or did not do it; the message says why.</summary>
internal sealed class RemoteException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;
}
