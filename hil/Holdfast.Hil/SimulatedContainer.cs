using System.Collections.Immutable;
using System.Net;
using Holdfast.Hil.Devices;

namespace Holdfast.Hil;

/// <summary>
/// A simulated Tier-S container that runs: the physics by the clock, and the devices around it, each in its own protocol.
/// </summary>
/// <remarks>
/// <para>Below the folder it keeps <c>hwmon</c>, <c>gpio</c> and <c>power_supply</c> as in <c>/sys/class</c>; BMCs, presence and
/// magic packets are on the endpoints of the plan. A firmware that is given these needs nothing else of it.</para>
/// <para>With a lapsed clock the physics runs faster, the devices do not: files are looked at and refreshed a few times a second
/// of real time, so that beyond a lapse of some hundreds a controller is too slow for its rack.</para>
/// </remarks>
public sealed class SimulatedContainer : IAsyncDisposable
{
    // Twice as often is what the firmware wrote looked at, as what the sensors show is refreshed.
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(125);
    private const int TicksPerRefresh = 2;

    private readonly SharedModel shared;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private readonly Faces faces;
    private MonotonicTime lastStep;
    private bool disposed;

    private SimulatedContainer(SharedModel shared, TimeProvider clock, Faces faces)
    {
        this.shared = shared;
        this.clock = clock;
        this.faces = faces;
        lastStep = clock.Now;
        Tick(refresh: true);
        Completion = RunAsync();
    }

    /// <summary>Runs until the container is disposed; fails if it broke down by itself.</summary>
    public Task Completion { get; }

    public ContainerPlan Plan => shared.Plan;

    /// <summary>Where each node's BMC is reached, with the ports that are really bound.</summary>
    public ImmutableDictionary<NodeId, IPEndPoint> Bmcs =>
        faces.Bmcs.ToImmutableDictionary(b => b.Node, b => b.Endpoint);

    /// <summary>Where each node's system answers while it is up.</summary>
    public ImmutableDictionary<NodeId, IPEndPoint> Presences =>
        faces.Presences.ToImmutableDictionary(p => p.Node, p => p.Port.Endpoint);

    /// <summary>Where magic packets are taken; null: the plan has no listener.</summary>
    public IPEndPoint? WakeListener => faces.Wake?.Endpoint;

    /// <summary>Builds the container and returns when every device can be reached.</summary>
    /// <param name="folder">For the sysfs classes; made where missing. What an earlier container left in it is replaced.</param>
    /// <param name="clock">How fast the physics runs.</param>
    /// <exception cref="IOException">A port is in use, or the folder cannot be written; the message says which and what to do.</exception>
    /// <exception cref="ArgumentException">The plan contradicts itself.</exception>
    public static async Task<SimulatedContainer> StartAsync(
        ContainerPlan plan,
        string folder,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var shared = new SharedModel(new ContainerModel(plan));
        var faces = await Task.Run(() => new Faces(shared, folder, clock), cancellationToken).ConfigureAwait(false);
        return new SimulatedContainer(shared, clock, faces);
    }

    /// <summary>Lets something go wrong; see <see cref="ContainerModel.Order"/>.</summary>
    public void Order(Fault fault) => shared.Do(model => model.Order(fault));

    /// <summary>Looks at the truth behind the devices, for tests.</summary>
    public T Read<T>(Func<ContainerModel, T> read) => shared.Read(read);

    /// <summary>Acts on the container as a person in it would, past the devices.</summary>
    public void Do(Action<ContainerModel> act) => shared.Do(act);

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await stopping.CancelAsync().ConfigureAwait(false);
        // What broke down by itself is told by Completion, not by the end.
#pragma warning disable VSTHRD003 // Started by this object's constructor, and needs no thread of its caller's.
        await Task.WhenAny(Completion).ConfigureAwait(false);
#pragma warning restore VSTHRD003
        faces.Dispose();
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        Task[] parts = [TickAsync(), .. faces.Bmcs.Select(bmc => bmc.ServeAsync(stopping.Token))];
        // None ends by itself: when one breaks down the others must not hide it.
        await Task.WhenAny(parts).ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(parts).ConfigureAwait(false);
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TickPeriod);
        var ticks = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token).ConfigureAwait(false))
            {
                Tick(refresh: ++ticks % TicksPerRefresh == 0);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The way in which it ends.
        }
    }

    private void Tick(bool refresh)
    {
        faces.Obey();
        StepTo(clock.Now);
        if (refresh)
        {
            faces.Refresh();
        }
    }

    private void StepTo(MonotonicTime now)
    {
        while (now > lastStep)
        {
            var passed = now - lastStep;
            var step = passed > ContainerModel.StepMax ? ContainerModel.StepMax : passed;
            shared.Do(model => model.Step(step));
            lastStep += step;
        }
    }
}
