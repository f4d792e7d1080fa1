using Holdfast.Hil;

namespace Holdfast.Simulation;

/// <summary>
/// Tells whether a zone that got too hot could have been kept cool by the fans that work: full fans would hold it below critical, and have
/// not been full. Both must have been so for a while, since air and metal need time to cool.
/// </summary>
internal sealed class CoolingJudge(ContainerModel model)
{
    private static readonly TimeSpan While = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ZoneId, TimeSpan> ableSince = [];
    private readonly Dictionary<ZoneId, TimeSpan> fullSince = [];

    public IEnumerable<string> Judge(TimeSpan now)
    {
        if (now.Ticks % Every.Ticks != 0)
        {
            yield break;
        }

        foreach (var zone in model.Plan.Zones.Select(zone => zone.Zone))
        {
            Track(ableSince, zone, model.MaxCoolingTemperature(zone) < DayPlan.Critical, now);
            Track(fullSince, zone, AreFansFull(zone), now);
            var able = ableSince.TryGetValue(zone, out var since) && now - since > While;
            var full = fullSince.TryGetValue(zone, out var from) && now - from > While;
            if (model.TemperatureOf(zone) > DayPlan.Critical && able && !full)
            {
                yield return $"{zone} has {model.TemperatureOf(zone)}, its fans could hold {model.MaxCoolingTemperature(zone)}";
            }
        }
    }

    private static void Track(Dictionary<ZoneId, TimeSpan> since, ZoneId zone, bool holds, TimeSpan now)
    {
        if (holds)
        {
            since.TryAdd(zone, now);
        }
        else
        {
            since.Remove(zone);
        }
    }

    private bool AreFansFull(ZoneId zone) =>
        model
            .Plan.Fans.Where(fan => fan.Zone == zone && !model.IsFanDead(fan.Fan))
            .All(fan => model.DutyOf(fan.Fan) >= new Percent(99));
}
