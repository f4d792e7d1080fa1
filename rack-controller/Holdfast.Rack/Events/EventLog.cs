namespace Holdfast.Rack.Events;

/// <summary>Numbers what happens, without gaps, and keeps the alarms that stand. An alarm raised twice is said once.</summary>
internal sealed class EventLog(long nextSequence)
{
    private readonly Dictionary<(string Subject, string Code), Alarm> alarms = [];
    private List<RackEvent> happened = [];
    private DateTimeOffset now;

    public long NextSequence { get; private set; } = nextSequence;

    /// <summary>The alarms that stand, the most severe first, then the oldest.</summary>
    public IEnumerable<Alarm> Alarms =>
        alarms
            .Values.OrderByDescending(a => a.Severity)
            .ThenBy(a => a.Since)
            .ThenBy(a => a.Subject, StringComparer.Ordinal);

    public void Begin(DateTimeOffset wallTime) => now = wallTime;

    public void Say(Severity severity, string subject, string code, string text) =>
        happened.Add(new RackEvent(NextSequence++, now, severity, subject, code, text));

    /// <summary>
    /// An alarm stands while <paramref name="stands"/>; its coming and its going are events. While it stands it tells the cause of now; that
    /// is no event, or a cause that wavers would fill the log.
    /// </summary>
    public void Alarm(bool stands, Severity severity, string subject, string code, string text, string cleared)
    {
        var key = (subject, code);
        if (!stands)
        {
            if (alarms.Remove(key))
            {
                Say(Severity.Info, subject, $"{code}-cleared", cleared);
            }
        }
        else if (!alarms.TryGetValue(key, out var alarm))
        {
            alarms.Add(key, new Alarm(subject, code, severity, now, text));
            Say(severity, subject, code, text);
        }
        else if (alarm.Severity != severity || alarm.Text != text)
        {
            alarms[key] = alarm with { Severity = severity, Text = text };
        }
    }

    public IReadOnlyList<RackEvent> Take()
    {
        if (happened.Count == 0)
        {
            return [];
        }

        var taken = happened;
        happened = [];
        return taken;
    }
}
