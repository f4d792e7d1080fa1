using Holdfast.Firmware.Boards;
using Holdfast.Firmware.Http;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.HomeAssistant;
using Holdfast.Gateway.Sparkplug.Edge;
using Holdfast.Hal.Linux.Files;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.Appliance;

/// <summary>The rack as hosts of Sparkplug B and Home Assistant know it, where the board wants them to.</summary>
internal static class GridFaces
{
    /// <summary>Null: the board does not want it.</summary>
    public static SparkplugLink? SparkplugFor(Board board, LinuxFolder folder, GatewayRack rack, CommandGate gate, RackClock clock)
    {
        if (board.Mqtt?.Sparkplug is not { } sparkplug)
        {
            return null;
        }

        var plan = new SparkplugPlan(sparkplug.Group, board.Rack.Text)
        {
            PrimaryHost = sparkplug.PrimaryHost,
            Commands = sparkplug.Commands,
            Nodes = NodesOf(board),
            Zones = [.. board.Zones.Select(zone => zone.Zone.Text)],
            Version = ApiDocuments.FirmwareVersion,
        };
        return new SparkplugLink(
            new SparkplugEdge(plan, new BirthDeathSequence(folder)),
            options => new MqttClient(options, TimeProvider.System, BrokerAccess.NewRandom()),
            BrokerAccess.OptionsFor(board, null) with
            {
                ClientId = $"holdfast-{board.Rack}-sparkplug",
            },
            rack.Telemetry,
            gate,
            new MemoryBacklog(),
            clock.Time.GetUtcNow,
            TimeProvider.System
        );
    }

    /// <summary>Also where the board does not want it (any more): what was told must be taken back.</summary>
    public static HomeAssistantDiscovery HomeAssistantFor(Board board, LinuxFolder folder) =>
        new(
            new DiscoveryPlan(board.Mqtt?.HomeAssistant?.Enabled ?? false)
            {
                Prefix = board.Mqtt?.HomeAssistant?.Prefix ?? "homeassistant",
                Controls = board.Mqtt?.HomeAssistant?.Controls ?? false,
                Nodes = NodesOf(board),
                Inputs = board.Safety.ToDictionary(
                    input => input.Input.Text,
                    input => input.Kind.ToString().ToLowerInvariant()
                ),
                Version = ApiDocuments.FirmwareVersion,
            },
            board.Rack,
            folder
        );

    private static string[] NodesOf(Board board) => [.. board.Nodes.Select(node => node.Plan.Node.Text)];
}
