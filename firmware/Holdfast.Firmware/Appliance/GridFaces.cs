using Holdfast.Firmware.Boards;
using Holdfast.Firmware.Http;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.HomeAssistant;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Sparkplug.Edge;
using Holdfast.Hal.Linux.Files;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.Appliance;

/// <summary>The rack as hosts of Sparkplug B and Home Assistant know it, where the board wants them to.</summary>
internal static class GridFaces
{
    /// <summary>In the data folder: what hosts of Sparkplug could not be told yet.</summary>
    public const string HistoryFolder = "sparkplug";

    /// <param name="disk">Its own.</param>
    /// <param name="outbox">The rack's: records of what is missing in the history go that way, beside those of its own.</param>
    public static SparkplugHistory HistoryOn(
        LinuxFolder disk,
        GapSigner signer,
        string gapTopic,
        DurableOutbox outbox
    ) =>
        new(
            new DurableOutbox(disk, SparkplugHistory.Limits, signer, gapTopic, SparkplugHistory.Reader),
            record => outbox.Write([new Draft(MessageClass.Gap, record.Time, record.Message)], record.Time).Taken == 1
        );

    /// <summary>Null: the board does not want it.</summary>
    /// <param name="history">Null where it does not.</param>
    public static SparkplugLink? SparkplugFor(
        Board board,
        LinuxFolder folder,
        SparkplugHistory? history,
        GatewayRack rack,
        CommandGate gate,
        RackClock clock
    )
    {
        if (board.Mqtt?.Sparkplug is not { } sparkplug || history is null)
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
            history,
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
