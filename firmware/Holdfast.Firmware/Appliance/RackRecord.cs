using Holdfast.Gateway.Outbox;
using Holdfast.Rack;
using Holdfast.Rack.Inventory;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// What the rack writes down: events and the controller's memory. A disk that refuses is a problem to show, not the end: what could not
/// be written is kept and tried again at every step, up to <see cref="PendingMax"/> events; then the process stops, since
/// nothing could be vouched for any more.
/// </summary>
internal sealed class RackRecord(EventStore events, InventoryStore inventory, DurableOutbox outbox)
{
    public const int PendingMax = 100_000;

    private readonly ChangeSignal recorded = new();

    /// <summary>In words why nothing can be recorded; null: all is recorded.</summary>
    public string? Problem { get; private set; }

    public long LastSequence => events.LastSequence;

    public void Save(IReadOnlyList<RackEvent> happened, RackMemory memory)
    {
        Invariant.Require(
            events.PendingCount + happened.Count <= PendingMax,
            "the disk must come back before the events fill the memory"
        );
        events.Append(happened);
        try
        {
            var before = events.LastSequence;
            events.Commit();
            inventory.Save(memory);
            events.Trim(outbox.Source);
            Problem = null;
            if (events.LastSequence > before)
            {
                recorded.Raise();
            }
        }
        catch (IOException e)
        {
            Problem = e.Message;
        }
    }

    /// <param name="after">Only events above this sequence.</param>
    public IReadOnlyList<RackEvent> Read(long after, int limit) => events.Read(after, limit);

    public async Task<IReadOnlyList<RackEvent>> NextAsync(long after, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = recorded.Next;
            if (Read(after, limit) is { Count: > 0 } found)
            {
                return found;
            }

            await next.WaitAsync(cancellationToken);
        }
    }
}
