using System.CommandLine;
using System.Text;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>The will: what the broker says for us when we are gone without a word.</summary>
internal static class WillOptions
{
    private static readonly Option<string?> Topic = new("--will-topic")
    {
        Description = "Where the broker says that we are gone",
        HelpName = "TOPIC",
    };

    private static readonly Option<string?> Payload = new("--will-message")
    {
        Description = "What it says",
        HelpName = "TEXT",
    };

    private static readonly Option<int?> Qos = Options.Number("--will-qos", "With which QoS [1]", 0, 2);

    private static readonly Option<bool> Retain = new("--will-retain") { Description = "It keeps it" };

    public static void AddTo(Command command)
    {
        command.Options.Add(Topic);
        command.Options.Add(Payload);
        command.Options.Add(Qos);
        command.Options.Add(Retain);
    }

    /// <exception cref="MqttUsageException">It is no will.</exception>
    public static MqttClientOptions With(ParseResult parsed, MqttClientOptions options)
    {
        if (parsed.GetValue(Topic) is not { } topic)
        {
            return parsed.GetValue(Payload) is null && parsed.GetValue(Qos) is null && !parsed.GetValue(Retain)
                ? options
                : throw new MqttUsageException("a will needs --will-topic");
        }

        return !TopicName.IsValid(topic)
            ? throw new MqttUsageException($"--will-topic: '{topic}' is no topic: it must not be empty nor have + or #")
            : options with
            {
                Will = new MqttMessage(topic, Encoding.UTF8.GetBytes(parsed.GetValue(Payload) ?? ""))
                {
                    Qos = (MqttQos)(parsed.GetValue(Qos) ?? 1),
                    Retain = parsed.GetValue(Retain),
                },
            };
    }
}
