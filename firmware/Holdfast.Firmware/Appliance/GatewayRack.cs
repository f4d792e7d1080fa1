using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Topics;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>The appliance as the gateway sees it: commands in, telemetry out.</summary>
internal sealed class GatewayRack(IAppliance appliance) : IGatewayRack
{
    public async Task<GatewayReply> ExecuteAsync(
        GatewayCommand command,
        Action<GatewayReply> progress,
        CancellationToken cancellationToken
    )
    {
        if (command is { Verb: CommandVerbs.Capacity, Target: "power" })
        {
            return RackCapacity.Of(appliance.Plan, appliance.View);
        }

        var commands = RackTargets.Translate(appliance.Plan, command);
        if (commands.Count == 0)
        {
            return GatewayReply.Refused(404, $"there is no {command.Target} that could {command.Verb}");
        }

        // All are handed over before the first is waited for: commands keep their order.
        var following = commands.Select(each => FollowAsync(each, progress, cancellationToken)).ToArray();
        var outcomes = await Task.WhenAll(following);
        var worst = outcomes.MaxBy(outcome => StatusOf(outcome.Stage))!;
        var reply = new GatewayReply(
            StatusOf(worst.Stage),
            worst.Stage.ToString().ToLowerInvariant(),
            worst.Observed,
            worst.Text
        );
        return outcomes.Length > 1 && reply.Status == 200
            ? reply with
            {
                Text = $"{outcomes.Length} nodes of {command.Target}: {worst.Observed}",
            }
            : reply;
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

    /// <summary>Submits a command and waits for its end; tells each state that its node goes through meanwhile.</summary>
    private async Task<CommandOutcome> FollowAsync(
        OperatorCommand command,
        Action<GatewayReply> progress,
        CancellationToken cancellationToken
    )
    {
        var node = (command as NodeCommand)?.Node;
        var view = appliance.View;
        var first = await appliance.SubmitAsync(command, cancellationToken);
        if (first.Stage != CommandStage.Accepted)
        {
            return first;
        }

        progress(new GatewayReply(202, "accepted", "", first.Text));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var final = appliance.FinalOutcomeAsync(first.Id, cancellationToken);
        var state = StateOf(view, node);
        while (node is not null)
        {
            var next = appliance.NextViewAsync(view.Version, ended.Token);
            if (await Task.WhenAny(final, next) == final)
            {
                break;
            }

            view = await next;
            if (StateOf(view, node) is { } now && now.State != state?.State)
            {
                state = now;
                var reason = now.Reason.Length > 0 ? $": {now.Reason}" : "";
                progress(
                    new GatewayReply(202, Word(now.State), Word(now.State), $"{node} is {Word(now.State)}{reason}")
                );
            }
        }

        await ended.CancelAsync();
        return await final;
    }

    private static NodeSnapshot? StateOf(RackView view, NodeId? node) =>
        view.Snapshot.Nodes.FirstOrDefault(snapshot => snapshot.Node == node);

    private static int StatusOf(CommandStage stage) =>
        stage switch
        {
            CommandStage.Done => 200,
            CommandStage.Refused => 409,
            _ => 504,
        };

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
