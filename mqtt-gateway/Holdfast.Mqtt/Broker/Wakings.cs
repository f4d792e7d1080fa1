using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Broker;

/// <summary>
/// Which links the core wakes, under the broker's lock: while they are collected, the collector rings them when it has left the lock; else they are
/// rung at once and go on elsewhere.
/// </summary>
internal sealed class Wakings
{
    [ThreadStatic]
    private static List<Doorbell>? taken;

    private readonly HashSet<Doorbell> collected = [];
    private bool isCollecting;

    public void Collect() => isCollecting = true;

    public void Wake(Doorbell bell)
    {
        if (isCollecting)
        {
            collected.Add(bell);
        }
        else
        {
            bell.Ring();
        }
    }

    /// <summary>Ends collecting. Who takes them rings them, without the lock and before it takes others: the list is this thread's.</summary>
    public List<Doorbell> Take()
    {
        var bells = taken ??= [];
        bells.Clear();
        bells.AddRange(collected);
        collected.Clear();
        isCollecting = false;
        return bells;
    }
}
