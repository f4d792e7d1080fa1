namespace Holdfast.Hal.Devices.WakeOnLan;

/// <summary>A way to put a magic packet onto the network.</summary>
public interface IMagicPacketSender
{
    /// <exception cref="System.Net.Sockets.SocketException">It cannot be sent.</exception>
    Task SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken);
}
