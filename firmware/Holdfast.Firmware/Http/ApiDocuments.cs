using System.Reflection;
using Holdfast.Firmware.Appliance;
using Holdfast.Rack;

namespace Holdfast.Firmware.Http;

/// <summary>Turns what the appliance knows into the documents of the API. Pure.</summary>
internal static class ApiDocuments
{
    public static string FirmwareVersion { get; } =
        Assembly
            .GetExecutingAssembly()
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "0";

    public static RackDocument Of(RackPlan plan, RackView view) =>
        new(
            plan.Rack.Text,
            view.WallTime,
            FirmwareVersion,
            PowerOf(view),
            [.. view.Snapshot.Zones.Select(zone => ZoneOf(plan, zone))],
            NodesOf(plan, view),
            [
                .. view.Snapshot.Alarms.Select(a => new AlarmDocument(
                    a.Subject,
                    a.Code,
                    ApiWords.Of(a.Severity),
                    a.Since,
                    a.Text
                )),
            ],
            new GatewayDocument(view.Gateway.Connected, view.Gateway.Broker, view.Gateway.Waiting, view.Gateway.Problem)
        );

    public static IReadOnlyList<NodeDocument> NodesOf(RackPlan plan, RackView view) =>
        [.. plan.Nodes.Zip(view.Snapshot.Nodes, (node, seen) => NodeOf(node, seen, view))];

    /// <summary>The rack's own first, then node by node.</summary>
    public static IReadOnlyList<SensorDocument> SensorsOf(RackView view) =>
        [
            .. view
                .Sensors.OrderBy(sensor => sensor.Node?.Text ?? "", StringComparer.Ordinal)
                .Select(sensor => new SensorDocument(
                    sensor.Sensor.Text,
                    sensor.Label,
                    ApiWords.Of(sensor.Kind),
                    sensor.Zone?.Text,
                    sensor.Node?.Text,
                    sensor.Role,
                    ValueOf(sensor.Reading),
                    sensor.Reading.Unit.Symbol(),
                    ApiWords.Of(sensor.Reading.Quality),
                    sensor.Reading.At > MonotonicTime.Never
                        ? Round(Math.Max(0, (view.Snapshot.At - sensor.Reading.At).TotalSeconds))
                        : null
                )),
        ];

    public static EventDocument Of(RackEvent happened) =>
        new(
            happened.Sequence,
            happened.Time,
            ApiWords.Of(happened.Severity),
            happened.Subject,
            happened.Code,
            happened.Text
        );

    public static CommandDocument Of(CommandOutcome outcome) =>
        new(outcome.Id, ApiWords.Of(outcome.Stage), outcome.Observed, outcome.Text);

    private static NodeDocument NodeOf(NodePlan node, NodeSnapshot seen, RackView view) =>
        new(
            node.Node.Text,
            node.Zone.Text,
            ApiWords.Of(seen.State),
            seen.Wanted switch
            {
                true => "on",
                false => "off",
                null => null,
            },
            seen.Since > MonotonicTime.Never ? WallTime(seen.Since, view) : null,
            seen.Reason,
            node.RackUnit,
            node.Height,
            node.PowerMax.Value,
            node.CanWake,
            seen.Facts is { } facts
                ? new MachineDocument(facts.Manufacturer, facts.Product, facts.Firmware, facts.SystemId)
                : null
        );

    private static ZoneDocument ZoneOf(RackPlan plan, ZoneSnapshot zone)
    {
        var inputs = plan.Zones.First(z => z.Zone == zone.Zone).Inputs;
        return new ZoneDocument(
            zone.Zone.Text,
            ValueOf(zone.Temperature),
            ApiWords.Of(zone.Temperature.Quality),
            Round(zone.Duty.Value),
            ApiWords.Of(zone.FanMode),
            zone.Failsafe,
            zone.Overheated,
            [
                .. zone.Safety.Select(seen => new SafetyDocument(
                    seen.Input.Text,
                    ApiWords.Of(inputs.First(i => i.Input == seen.Input).Kind),
                    ApiWords.Of(seen.State)
                )),
            ]
        );
    }

    private static PowerDocument PowerOf(RackView view)
    {
        var power = view.Snapshot.Power;
        return new PowerDocument(
            Round(power.Budget.Value),
            Round(power.Reserved.Value),
            power.OnBattery,
            power.Shedding,
            power.Ups is { } ups && power.OnBattery is not null ? ValueOf(ups.Charge) : null,
            [
                .. view
                    .Sensors.Where(sensor => sensor.Role.Length > 0)
                    .Select(m => new MeterDocument(
                        m.Sensor.Text,
                        m.Label,
                        m.Role,
                        ValueOf(m.Reading),
                        ApiWords.Of(m.Reading.Quality)
                    )),
            ]
        );
    }

    /// <summary>To the second: a moment that is told anew with each document must not flicker.</summary>
    private static DateTimeOffset WallTime(MonotonicTime moment, RackView view)
    {
        var time = view.WallTime - (view.Snapshot.At - moment);
        return new DateTimeOffset(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), time.Offset);
    }

    private static double? ValueOf(Reading reading) => reading.IsGood ? Round(reading.Value) : null;

    private static double Round(double value) => Math.Round(value, 1);
}
