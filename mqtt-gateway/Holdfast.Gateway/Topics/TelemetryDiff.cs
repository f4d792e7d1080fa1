namespace Holdfast.Gateway.Topics;

/// <summary>
/// Decides which telemetry is worth sending: what is new, what changed by more than the noise of its sensor, and everything again after a
/// while. Pure; bounded by the board.
/// </summary>
public sealed class TelemetryDiff
{
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(60);

    /// <summary>Changes below this part of the value, or this amount, are noise.</summary>
    private const double NoiseRelative = 0.02;
    private const double NoiseAbsolute = 0.2;

    private readonly Dictionary<(string, string), (Telemetry Sent, MonotonicTime At)> sent = [];

    /// <summary>The connection is new: everything is.</summary>
    public void Forget() => sent.Clear();

    public IReadOnlyList<Telemetry> Changed(IEnumerable<Telemetry> current, MonotonicTime now)
    {
        var changed = new List<Telemetry>();
        foreach (var telemetry in current)
        {
            var key = (telemetry.Device, telemetry.Measurement);
            if (!sent.TryGetValue(key, out var last) || now - last.At >= RepeatEvery || Differs(last.Sent, telemetry))
            {
                sent[key] = (telemetry, now);
                changed.Add(telemetry);
            }
        }

        return changed;
    }

    private static bool Differs(Telemetry before, Telemetry after)
    {
        if (before.Reading is not { } old || after.Reading is not { } now)
        {
            return before.State != after.State || before.Reason != after.Reason;
        }

        return old.Quality != now.Quality || (now.IsGood && !IsNoise(old.Value, now.Value));
    }

    /// <summary>Whether a value that was sent may stand for another.</summary>
    public static bool IsNoise(double sent, double now) =>
        Math.Abs(now - sent) <= Math.Max(NoiseAbsolute, Math.Abs(sent) * NoiseRelative);
}
