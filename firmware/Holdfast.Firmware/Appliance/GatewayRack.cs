using Holdfast.Firmware.Http;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Topics;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>The appliance as the gateway sees it: commands in, telemetry out.</summary>
internal sealed class GatewayRack(IAppliance appliance) : IGatewayRack
{
    public async Task<GatewayReply> ExecuteAsync(GatewayCommand command, CancellationToken cancellationToken)
    {
        if (Translate(command) is not { } translated)
        {
            return new GatewayReply(404, "refused", "", $"there is no {command.Target} that could {command.Verb}");
        }

        var first = await appliance.SubmitAsync(translated, cancellationToken);
        var final =
            first.Stage == CommandStage.Accepted
                ? await appliance.FinalOutcomeAsync(first.Id, cancellationToken)
                : first;
        var status = final.Stage switch
        {
            CommandStage.Done => 200,
            CommandStage.Refused => 409,
            _ => 504,
        };
        return new GatewayReply(status, final.Stage.ToString().ToLowerInvariant(), final.Observed, final.Text);
    }

    public IReadOnlyList<Telemetry> Telemetry()
    {
        var view = appliance.View;
        var rack = view.Snapshot;
        return
        [
            .. rack.Nodes.Select(n => Gateway.Topics.Telemetry.Of(n.Node.Text, "state", Word(n.State), n.Reason)),
            .. rack.Zones.SelectMany(Of),
            .. view.Sensors.Select(s => Gateway.Topics.Telemetry.Of(s.Sensor.Text, Measurement(s.Kind), s.Reading)),
            Gateway.Topics.Telemetry.Of("power", "reserved", Reading.Good(rack.Power.Reserved, rack.At)),
            Gateway.Topics.Telemetry.Of("power", "source", Source(rack.Power.OnBattery)),
        ];
    }

    private static IEnumerable<Telemetry> Of(ZoneSnapshot zone) =>
        [
            Gateway.Topics.Telemetry.Of(zone.Zone.Text, "temperature", zone.Temperature),
            Gateway.Topics.Telemetry.Of(
                zone.Zone.Text,
                "duty",
                new Reading(zone.Duty.Value, Unit.Percent, default, Quality.Good)
            ),
            Gateway.Topics.Telemetry.Of(zone.Zone.Text, "fan-mode", Word(zone.FanMode)),
            .. zone.Safety.Select(s => Gateway.Topics.Telemetry.Of(s.Input.Text, "state", Word(s.State), s.Detail)),
        ];

    private OperatorCommand? Translate(GatewayCommand command)
    {
        if (command.Verb == "fan-mode")
        {
            return
                appliance.Plan.Zones.Any(zone => zone.Zone.Text == command.Target)
                && ApiWords.TryParse<FanMode>(command.Mode, out var mode)
                ? new FanModeCommand(
                    command.Id,
                    command.Who,
                    command.Deadline,
                    new ZoneId(command.Target),
                    mode,
                    new Percent(command.DutyPercent)
                )
                : null;
        }

        return
            appliance.Plan.Nodes.Any(node => node.Node.Text == command.Target)
            && ApiWords.TryParse<NodeVerb>(command.Verb, out var verb)
            ? new NodeCommand(command.Id, command.Who, command.Deadline, new NodeId(command.Target), verb)
            : null;
    }

    private static string Measurement(SensorKind kind) =>
        kind switch
        {
            SensorKind.FanSpeed => "speed",
            _ => Word(kind),
        };

    private static string Source(bool? onBattery) =>
        onBattery switch
        {
            true => "battery",
            false => "grid",
            null => "unknown",
        };

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
