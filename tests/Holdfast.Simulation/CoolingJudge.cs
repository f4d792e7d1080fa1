using Holdfast.Hil;

namespace Holdfast.Simulation;

/// <summary>Tells whether a zone that got too hot could have been kept cool by the fans that work.</summary>
internal sealed class CoolingJudge(ContainerModel model)
{
    /// <summary>For this long full fans must have been able to hold the zone before it counts: air and metal need time to cool.</summary>
    private static readonly TimeSpan Able = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ZoneId, TimeSpan> ableSince = [];

    public IEnumerable<string> Judge(TimeSpan now)
    {
        if (now.Ticks % Every.Ticks != 0)
        {
            yield break;
        }

        foreach (var zone in model.Plan.Zones)
        {
            if (model.MaxCoolingTemperature(zone.Zone) >= DayPlan.Critical)
            {
                ableSince.Remove(zone.Zone);
                continue;
            }

            ableSince.TryAdd(zone.Zone, now);
            if (model.TemperatureOf(zone.Zone) > DayPlan.Critical && now - ableSince[zone.Zone] > Able)
            {
                yield return $"{zone.Zone} has {model.TemperatureOf(zone.Zone)}, its fans could hold {model.MaxCoolingTemperature(zone.Zone)}";
            }
        }
    }
}
