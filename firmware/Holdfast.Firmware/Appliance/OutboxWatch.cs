using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// Whether messages can be kept for the broker, as it is shown, and an event of each change. A disk at its brim refuses one write and takes the next:
/// the problem is over when none came for a while, so that it does not fill the disk with its own events.
/// </summary>
internal sealed class OutboxWatch
{
    public static readonly TimeSpan OverAfter = TimeSpan.FromMinutes(2);

    private MonotonicTime seenAt;

    /// <summary>The last one, until it is over; null: there is none.</summary>
    public string? Problem { get; private set; }

    /// <summary>What to write down; null: nothing has changed.</summary>
    /// <param name="problem">Of the outbox, now.</param>
    public RackNote? Look(string? problem, MonotonicTime now)
    {
        if (problem is not null)
        {
            var isNew = Problem is null;
            (Problem, seenAt) = (problem, now);
            return isNew
                ? new RackNote(
                    Severity.Error,
                    "mqtt",
                    "outbox-refuses",
                    $"Measurements cannot be kept for the broker: {problem}. Make room on the disk, or see why the broker takes none."
                )
                : null;
        }

        if (Problem is null || now - seenAt < OverAfter)
        {
            return null;
        }

        Problem = null;
        return new RackNote(Severity.Info, "mqtt", "outbox-takes", "Measurements are kept for the broker again.");
    }
}
