using System.Net.Sockets;

namespace Holdfast.Hil.Devices;

/// <summary>All devices of one container.</summary>
internal sealed class Faces : IDisposable
{
    private readonly SharedModel shared;
    private readonly HwmonTree hwmon;
    private readonly GpioTree gpio;
    private readonly PowerSupplyTree? powerSupply;
    private readonly List<SimulatedBmc> bmcs = [];
    private readonly List<(NodeId Node, PresencePort Port)> presences = [];

    /// <exception cref="IOException">A port is in use, or the folder cannot be written.</exception>
    public Faces(SharedModel shared, string folder, TimeProvider clock)
    {
        this.shared = shared;
        try
        {
            OpenPorts(clock);
            var tree = new SysClassTree(folder);
            hwmon = new HwmonTree(tree, shared);
            gpio = new GpioTree(tree, shared);
            powerSupply = shared.Plan.Ups is { } ups ? new PowerSupplyTree(tree, shared, ups) : null;
        }
        catch (UnauthorizedAccessException error)
        {
            Dispose();
            throw new IOException($"the simulated container cannot write to its folder: {error.Message}", error);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<SimulatedBmc> Bmcs => bmcs;

    public IReadOnlyList<(NodeId Node, PresencePort Port)> Presences => presences;

    public WakeListener? Wake { get; private set; }

    /// <summary>Takes what the firmware wrote and sent since the last call.</summary>
    public void Obey()
    {
        hwmon.Obey();
        gpio.Obey();
        Wake?.Serve();
    }

    /// <summary>Shows the container as it is now.</summary>
    public void Refresh()
    {
        foreach (var (node, port) in presences)
        {
            Retrying(() => port.Serve(shared.Read(model => model.IsPresent(node))));
        }

        Retrying(hwmon.Refresh);
        Retrying(gpio.Refresh);
        Retrying(() => powerSupply?.Refresh());
    }

    public void Dispose()
    {
        Wake?.Dispose();
        presences.ForEach(p => p.Port.Dispose());
        bmcs.ForEach(b => b.Dispose());
    }

    private void OpenPorts(TimeProvider clock)
    {
        foreach (var node in shared.Plan.Nodes)
        {
            if (node.Bmc is { } bmc)
            {
                bmcs.Add(new SimulatedBmc(node, bmc, shared, clock));
            }

            if (node.Presence is { } presence)
            {
                presences.Add((node.Node, new PresencePort(node.Node, presence)));
            }
        }

        if (shared.Plan.WakeListener is { } listener)
        {
            Wake = new WakeListener(shared, listener);
        }
    }

    /// <summary>
    /// A disk that is full, or a process that is out of sockets for a moment, must not end the container: the next refresh does
    /// what this one could not.
    /// </summary>
    private static void Retrying(Action refresh)
    {
        try
        {
            refresh();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            // Tried again by the next refresh.
        }
    }
}
