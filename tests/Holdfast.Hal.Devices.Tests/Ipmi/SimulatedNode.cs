using System.Net;
using Holdfast.Hil;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>One node of the simulated container behind its BMC, living sixty times faster than the test.</summary>
internal sealed class SimulatedNode : IAsyncDisposable
{
    private const double Speed = 60;

    private readonly SimulatedContainer container;
    private readonly string folder;
    private readonly ContainerNode node;

    private SimulatedNode(SimulatedContainer container, string folder) =>
        (this.container, this.folder, node) = (container, folder, container.Plan.Nodes[0]);

    public IPEndPoint Endpoint => container.Bmcs[node.Node];

    public string User => node.Bmc!.User;

    public string Password => node.Bmc!.Password;

    public bool Powered
    {
        get => container.Read(model => model.IsPowered(node.Node));
        set
        {
            if (value)
            {
                container.Do(model => model.PowerOn(node.Node));
            }
            else
            {
                container.Do(model => model.PowerOff(node.Node));
            }
        }
    }

    public bool Runs => container.Read(model => model.StateOf(node.Node)) == MachineState.On;

    public static async Task<SimulatedNode> StartAsync()
    {
        var plan = ContainerPlan.Default();
        var folder = Directory.CreateTempSubdirectory("holdfast-node-").FullName;
        var container = await SimulatedContainer.StartAsync(
            plan with
            {
                Nodes = [plan.Nodes[0]],
            },
            folder,
            new LapsedTimeProvider(TimeProvider.System, Speed),
            CancellationToken.None
        );
        return new SimulatedNode(container, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await container.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
