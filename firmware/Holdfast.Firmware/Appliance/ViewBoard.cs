using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>Holds the newest <see cref="RackView"/>, and wakes those who wait for a newer one.</summary>
internal sealed class ViewBoard(RackSnapshot first, SensorBook book, Func<GatewayView> gateway, RackClock clock)
{
    private readonly ChangeSignal changed = new();
    private RackView current = new(1, clock.Time.GetUtcNow(), first, book.AsOf(clock.Now), gateway());

    private DateTimeOffset? storageFailedAt;

    public RackView Current => Volatile.Read(ref current);

    /// <param name="wallTime">Of the snapshot: the same moment by the wall clock.</param>
    public void Show(RackSnapshot snapshot, DateTimeOffset wallTime, string? storageProblem)
    {
        storageFailedAt = storageProblem is null ? null : storageFailedAt ?? wallTime;
        if (storageProblem is not null)
        {
            var alarm = new Alarm(
                snapshot.Rack.Text,
                "storage-failed",
                Severity.Critical,
                storageFailedAt!.Value,
                $"Nothing can be recorded: {storageProblem}. Commands are refused until it can; cooling and safety go on."
            );
            snapshot = snapshot with { Alarms = snapshot.Alarms.Insert(0, alarm) };
        }

        Volatile.Write(
            ref current,
            new RackView(Current.Version + 1, wallTime, snapshot, book.AsOf(clock.Now), gateway())
        );
        changed.Raise();
    }

    public async Task<RackView> NextAsync(long afterVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = changed.Next;
            if (Current is var view && view.Version > afterVersion)
            {
                return view;
            }

            await next.WaitAsync(cancellationToken);
        }
    }
}
