using Holdfast.Gateway.Commands;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>What hosts ask of an edge node.</summary>
public sealed partial class SparkplugEdge
{
    /// <summary>Takes a message that came for the subscriptions; what makes no sense is passed over.</summary>
    public EdgeReaction Receive(MqttMessage message)
    {
        host.Receive(message);
        if (!host.IsOnline)
        {
            return new EdgeReaction([], IsBorn);
        }

        if (
            message.Retain
            || SparkplugTopic.Parse(message.Topic) is not { } topic
            || (topic.Group, topic.EdgeNode) != (plan.Group, plan.EdgeNode)
            || PayloadCodec.Read(message.Payload.Span) is not { } payload
        )
        {
            return new EdgeReaction([], false);
        }

        if (topic.Verb == SparkplugVerb.NCMD)
        {
            birthAsked |= payload.Metrics.Any(m => m.Name == EdgeCommands.Rebirth && m.BooleanValue);
        }

        return new EdgeReaction(
            topic.Verb == SparkplugVerb.DCMD && plan.Commands ? CommandsOf(topic.Device, payload) : [],
            false
        );
    }

    /// <summary>What became of a device's command: its hosts are told, and what is observed now, even if it is what it was.</summary>
    public void Report(string device, string result)
    {
        results[device] = result;
        reported.Add(device);
    }

    private List<GatewayCommand> CommandsOf(string device, Wire.Payload payload)
    {
        var commands = new List<GatewayCommand>();
        var metrics = current.FirstOrDefault(d => d.Name == device && born.Contains(device))?.Metrics ?? [];
        foreach (var written in payload.Metrics.Take(EdgeCommands.PerMessageMax))
        {
            var target = metrics.FirstOrDefault(m =>
                written.HasAlias ? KnownAlias(device, m.Name) == written.Alias : m.Name == written.Name
            );
            if (target is null)
            {
                continue;
            }

            var (command, problem) = EdgeCommands.Of(device, target, written, payload.Timestamp);
            if (command is not null)
            {
                commands.Add(command);
            }
            else
            {
                Report(device, problem);
            }
        }

        return commands;
    }
}
