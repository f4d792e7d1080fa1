using System.Net;
using Holdfast.Testing;

namespace Holdfast.Hil.Tests;

/// <summary>A container that runs for one test, in a folder of its own and on a clock that the test moves.</summary>
internal sealed class RunningContainer : IAsyncDisposable
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    private RunningContainer(SimulatedContainer container, ManualTimeProvider clock, string folder)
    {
        Container = container;
        Clock = clock;
        Folder = folder;
    }

    public SimulatedContainer Container { get; }

    public ManualTimeProvider Clock { get; }

    public string Folder { get; }

    public static async Task<RunningContainer> StartAsync(ContainerPlan? plan = null)
    {
        var clock = new ManualTimeProvider();
        var folder = Directory.CreateTempSubdirectory("holdfast-hil-").FullName;
        var container = await SimulatedContainer.StartAsync(
            plan ?? ContainerPlan.Default(),
            folder,
            clock,
            CancellationToken.None
        );
        return new RunningContainer(container, clock, folder);
    }

    public string Value(string path) => File.ReadAllText(Path.Combine(Folder, path)).Trim();

    public void Write(string path, string value) => File.WriteAllText(Path.Combine(Folder, path), value);

    public bool Has(string path) => File.Exists(Path.Combine(Folder, path));

    /// <summary>Waits until the container's own loop has brought something about; looks again every few milliseconds.</summary>
    public static async Task UntilAsync(Func<bool> happened)
    {
        using var limit = new CancellationTokenSource(WaitMax);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!Tried(happened))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Lets simulated time pass and waits until the container has lived through it.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        var goal = Container.Read(model => model.Elapsed) + span;
        Clock.Advance(span);
        await UntilAsync(() => Container.Read(model => model.Elapsed) >= goal);
    }

    public async ValueTask DisposeAsync()
    {
        await Container.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, port);

    private static bool Tried(Func<bool> happened)
    {
        try
        {
            return happened();
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
