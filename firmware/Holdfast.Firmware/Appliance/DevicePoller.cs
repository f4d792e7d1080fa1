using Holdfast.Hal;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// Asks every device again and again, each in a task of its own, so that a silent one delays nobody, and posts what it saw.
/// Drivers time their protocols in real time; what they saw is stamped here with the rack's time at the start of the question,
/// so that an answer never looks fresher than it is.
/// </summary>
internal sealed class DevicePoller(Devices devices, ObservationInbox inbox, SensorBook book, RackClock clock)
{
    private static readonly TimeSpan PowerInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SensorInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NodeSensorInterval = TimeSpan.FromSeconds(10);

    /// <summary>A swapped node is noticed within this.</summary>
    private static readonly TimeSpan IdentityInterval = TimeSpan.FromMinutes(2);

    /// <summary>Runs until the stop; ends with the error of the first driver that broke, since its device would be asked no more.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var loops = Loops(end.Token);
        await Task.WhenAny(loops);
        await end.CancelAsync();
        await Task.WhenAll(loops);
    }

    private Task[] Loops(CancellationToken stop) =>
        [
            .. devices.Nodes.Select(node => RepeatAsync(PowerInterval, () => AskAsync(node, stop), stop)),
            .. devices
                .Nodes.Where(node => node.Sensors is not null)
                .Select(node => RepeatAsync(NodeSensorInterval, () => AskAsync(node.Sensors!, node.Node, stop), stop)),
            .. devices.Nodes.Select(node => RepeatAsync(IdentityInterval, () => IdentifyAsync(node, stop), stop)),
            .. devices.Sensors.Select(source => RepeatAsync(SensorInterval, () => AskAsync(source, null, stop), stop)),
            .. devices.Fans.Select(fan => RepeatAsync(SensorInterval, () => AskAsync(fan, stop), stop)),
            .. devices.Safety.Select(input => RepeatAsync(SensorInterval, () => AskAsync(input, stop), stop)),
            .. devices.Meters.Select(meter => RepeatAsync(SensorInterval, () => AskAsync(meter, stop), stop)),
            .. devices.Ups is { } ups
                ? [RepeatAsync(PowerInterval, () => AskAsync(ups, stop), stop)]
                : Array.Empty<Task>(),
        ];

    private async Task RepeatAsync(TimeSpan interval, Func<Task> ask, CancellationToken stop)
    {
        // The kernel's files are read without an await: a slow one must not hold up the start of the others.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var timer = new PeriodicTimer(clock.RealPause(interval));
        try
        {
            do
            {
                await ask();
            } while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The appliance is stopping.
        }
    }

    private async Task AskAsync(NodeDevices node, CancellationToken stop)
    {
        var at = clock.Now;
        var power = node.Power.ObserveAsync(stop);
        var presence = node.Presence?.ObserveAsync(stop) ?? Task.FromResult(Presence.Unknown);
        inbox.Post(new NodeObservation(node.Node, (await power) with { At = at }, await presence));
    }

    private async Task IdentifyAsync(NodeDevices node, CancellationToken stop)
    {
        if (await node.Identify(stop) is { } found)
        {
            inbox.Post(node.Node, new NodeFacts(found.Manufacturer, found.Product, found.Firmware, found.SystemId));
        }
    }

    private async Task AskAsync(ISensorSource source, NodeId? node, CancellationToken stop)
    {
        var at = clock.Now;
        var readings = await source.ReadAsync(stop);
        book.Describe(source.Sensors, node);
        foreach (var reading in readings)
        {
            Post(reading, at);
        }
    }

    private async Task AskAsync(IFan fan, CancellationToken stop)
    {
        var at = clock.Now;
        Post(new SensorReading(fan.Id, await fan.ReadSpeedAsync(stop)), at);
    }

    private async Task AskAsync(ISafetyInput input, CancellationToken stop)
    {
        var at = clock.Now;
        inbox.Post((await input.ReadAsync(stop)) with { At = at });
    }

    private async Task AskAsync(IPowerMeter meter, CancellationToken stop)
    {
        var at = clock.Now;
        var reading = await meter.ReadAsync(stop);
        Post(new SensorReading(meter.Id, reading.Power), at);
    }

    private async Task AskAsync(IUps ups, CancellationToken stop)
    {
        var at = clock.Now;
        var seen = await ups.ObserveAsync(stop);
        inbox.Post(seen with { At = at, Charge = Stamp(seen.Charge, at), Power = Stamp(seen.Power, at) });
        book.Note(new SensorReading(ups.Id, Stamp(seen.Charge, at)));
    }

    private void Post(SensorReading reading, MonotonicTime at)
    {
        var stamped = reading with { Reading = Stamp(reading.Reading, at) };
        inbox.Post(stamped);
        book.Note(stamped);
    }

    private static Reading Stamp(Reading reading, MonotonicTime at) =>
        reading.Quality == Quality.Absent ? reading : reading with { At = at };
}
