namespace Holdfast.Rack.Power;

internal enum OrderKind
{
    None,
    Start,
    SoftStop,
    HardStop,
}

/// <summary>
/// The order that a node follows now: given, then fulfilled, failed or withdrawn. The device may still be busy with one that was
/// withdrawn; it must then be recalled.
/// </summary>
internal sealed class NodeOrder
{
    private const long NoAction = 0;

    private long unanswered = NoAction;

    public OrderKind Kind { get; private set; }

    public bool IsStop => Kind is OrderKind.SoftStop or OrderKind.HardStop;

    /// <summary>When the last one was given.</summary>
    public MonotonicTime At { get; private set; } = MonotonicTime.Never;

    /// <summary>In words why the device did not take the last one; empty: it did, or has not said.</summary>
    public string Problem { get; private set; } = "";

    public bool MustBeRecalled { get; private set; }

    /// <summary>Takes the place of what was ordered before, at the device too.</summary>
    public void Give(OrderKind kind, MonotonicTime now, long actionId)
    {
        (Kind, At, Problem) = (kind, now, "");
        (unanswered, MustBeRecalled) = (actionId, false);
    }

    /// <summary>It was fulfilled, or its time is over.</summary>
    public void End() => Kind = OrderKind.None;

    /// <summary>It is no longer wanted.</summary>
    public void Withdraw()
    {
        Kind = OrderKind.None;
        MustBeRecalled |= unanswered != NoAction;
        unanswered = NoAction;
    }

    public void Recalled() => MustBeRecalled = false;

    /// <summary>Learns what became of an action, if it is the one of this order.</summary>
    public void Learn(in ActionResult result)
    {
        if (result.ActionId == unanswered)
        {
            unanswered = NoAction;
            Problem = result.Done ? "" : result.Detail;
        }
    }
}
