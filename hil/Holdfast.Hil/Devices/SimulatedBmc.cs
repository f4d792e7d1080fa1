using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Hil.Devices.Ipmi;

namespace Holdfast.Hil.Devices;

/// <summary>
/// The BMC of one node on its UDP port. It serves one datagram after the other; while it is slow or silent, what comes meanwhile waits
/// in the socket's buffer or is lost there, as on hardware.
/// </summary>
internal sealed class SimulatedBmc : IDisposable
{
    private const int DatagramMax = 1024;
    private const int GuidLength = 16;

    private readonly ContainerNode node;
    private readonly SharedModel shared;
    private readonly TimeProvider clock;
    private readonly Socket socket;
    private readonly BmcSessions sessions = new();
    private readonly BmcProtocol protocol;

    /// <exception cref="IOException">The port is in use.</exception>
    public SimulatedBmc(ContainerNode node, ContainerBmc access, SharedModel shared, TimeProvider clock)
    {
        (this.node, this.shared, this.clock) = (node, shared, clock);
        socket = Bind.Udp(access.Endpoint, $"the BMC of {node.Node}");
        Endpoint = (IPEndPoint)socket.LocalEndPoint!;
        var guid = SHA256.HashData(Encoding.UTF8.GetBytes(node.Node.Text))[..GuidLength];
        var handshake = new BmcHandshake(access.User, access.Password, guid, sessions);
        protocol = new BmcProtocol(handshake, sessions, new BmcCommands(new Hardware(node, shared), guid, sessions));
    }

    public NodeId Node => node.Node;

    public IPEndPoint Endpoint { get; }

    /// <summary>Answers until it is cancelled.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateArray<byte>(DatagramMax, pinned: true);
        var from = new SocketAddress(socket.AddressFamily);
        try
        {
            while (true)
            {
                await ServeOneAsync(buffer, from, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way in which it ends.
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        sessions.Dispose();
    }

    private async Task ServeOneAsync(Memory<byte> buffer, SocketAddress from, CancellationToken cancellationToken)
    {
        try
        {
            var length = await socket
                .ReceiveFromAsync(buffer, SocketFlags.None, from, cancellationToken)
                .ConfigureAwait(false);
            var behaviour = shared.Read(model => model.BmcOf(node.Node));
            if (behaviour == BmcBehaviour.Silent || protocol.Answer(buffer.Span[..length], clock.Now) is not { } answer)
            {
                return;
            }

            if (behaviour == BmcBehaviour.Slow)
            {
                await Task.Delay(ContainerModel.SlowBmcDelay, clock, cancellationToken).ConfigureAwait(false);
            }

            await socket.SendToAsync(answer, SocketFlags.None, from, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // The asker is gone, or sent more than a datagram of IPMI holds: whoever wants an answer asks again.
        }
    }

    private sealed class Hardware(ContainerNode node, SharedModel shared) : INodeHardware
    {
        public bool Powered => shared.Read(model => model.IsPowered(node.Node));

        public Watts PowerMax => node.PowerMax;

        public Celsius InletTemperature => shared.Read(model => model.InletTemperature(node.Node));

        public Celsius ProcessorTemperature => shared.Read(model => model.ProcessorTemperature(node.Node));

        public Watts Draw => shared.Read(model => model.DrawOf(node.Node));

        public Rpm FanSpeed => shared.Read(model => model.NodeFanSpeed(node.Node));

        public void PowerOn() => shared.Do(model => model.PowerOn(node.Node));

        public void PowerOff() => shared.Do(model => model.PowerOff(node.Node));

        public void SoftOff() => shared.Do(model => model.SoftOff(node.Node));

        public bool Cycle() => shared.Read(model => model.Cycle(node.Node));

        public bool Reset() => shared.Read(model => model.Reset(node.Node));
    }
}
