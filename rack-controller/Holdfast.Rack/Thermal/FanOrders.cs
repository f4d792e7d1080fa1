namespace Holdfast.Rack.Thermal;

/// <summary>Follows whether one fan takes the duties that it is told.</summary>
internal sealed class FanOrders(SensorId fan)
{
    /// <summary>A chip answers within milliseconds; one whose bus hangs may never.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);

    private const long None = 0;

    private long lastAction = None;
    private MonotonicTime? unansweredSince;

    public SensorId Fan => fan;

    /// <summary>It has taken a duty since the mode was last set.</summary>
    public bool HasTaken { get; private set; }

    /// <summary>In words why it does not take its duty; empty: it does, as far as is known.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>What was told before counts no more.</summary>
    public void Restart() => (HasTaken, lastAction) = (false, None);

    public void Sent(long actionId, MonotonicTime now)
    {
        lastAction = actionId;
        unansweredSince ??= now;
    }

    /// <summary>Learns what became of an action, if it is this fan's last one.</summary>
    public void Learn(in ActionResult result)
    {
        if (result.ActionId != lastAction)
        {
            return;
        }

        unansweredSince = null;
        HasTaken |= result.Done;
        Problem = result.Done ? "" : result.Detail;
    }

    public void Update(MonotonicTime now)
    {
        if (unansweredSince is { } since && now - since > AnswerWithin)
        {
            Problem = "its driver does not answer";
        }
    }
}
