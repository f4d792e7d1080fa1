using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Holdfast.Rack.Tests.Thermal;

public sealed class CoolingProperties
{
    private static readonly string[] Sensors = ["zone-a-temp-1", "zone-a-temp-2"];

    /// <summary>Whatever sensors, fans and people do: the duty is never below what the guarantees of the loop ask for.</summary>
    [Fact]
    public void The_duty_is_never_below_what_safety_needs() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var wrong = Live(new SeededRandom((ulong)seed));
                    return (wrong.Length == 0).Label(wrong);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private static string Live(SeededRandom random)
    {
        var rig = new RackRig(Plans.Rack(Plans.Node("n1")));
        for (var step = 0; step < 200; step++)
        {
            Disturb(rig, random);
            rig.Step(random.Between(0.1, 15), Someone(rig, random));
            var zone = rig.Zone();
            var needed =
                zone.Overheated || rig.Alarms.Contains("fan-dead") ? 100
                : zone.Temperature is { IsGood: true, Value: >= 35 } ? 100
                : zone.Failsafe ? 80
                : 20;
            if (zone.Duty.Value < needed || zone.Duty.Value > 100)
            {
                return $"{zone.Duty} at step {step}, {needed} % needed: {zone}";
            }
        }

        return "";
    }

    private static void Disturb(RackRig rig, SeededRandom random)
    {
        var sensor = Sensors[random.Next(Sensors.Length)];
        switch (random.Next(6))
        {
            case 0:
                rig.Silence(sensor);
                break;
            case 1:
                double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, -1e300];
                rig.Show(sensor, values[random.Next(values.Length)], Unit.Celsius, (Quality)random.Next(4));
                break;
            case 2:
                rig.Show("zone-a-fan-1", random.Chance(0.5) ? 0 : 1500, Unit.Rpm);
                break;
            default:
                rig.Heat(random.Between(15, 55));
                break;
        }
    }

    private static OperatorCommand[] Someone(RackRig rig, SeededRandom random) =>
        random.Chance(0.2) ? [rig.Ask((FanMode)random.Next(3), random.Between(-10, 110))] : [];
}
