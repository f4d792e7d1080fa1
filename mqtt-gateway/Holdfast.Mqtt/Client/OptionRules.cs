using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>What can be known to be wrong with a client's options before it connects.</summary>
internal static class OptionRules
{
    /// <exception cref="ArgumentException">In words, without secrets.</exception>
    public static void Require(MqttClientOptions options)
    {
        Require(Utf8Rules.IsValid(options.ClientId), "the client identifier is not UTF-8 of at most 65535 bytes");
        Require(options.UserName is null || Utf8Rules.IsValid(options.UserName), "the user name is not UTF-8");
        Require(options.Password.Length <= TopicName.BytesMax, "the password has more than 65535 bytes");
        Require(
            options.Version == MqttVersion.V5 || options.UserName is not null || options.Password.IsEmpty,
            "MQTT 3.1.1 takes no password without a user name [MQTT-3.1.2-22]"
        );
        Require(options.PacketSizeMax > 0, "the packet size limit is not positive");
        Require(options.ResponseTimeout > TimeSpan.Zero, "the response timeout is not positive");
        foreach (var subscription in options.Subscriptions)
        {
            var valid = TopicFilter.IsValid(subscription.Filter);
            Require(valid, $"'{subscription.Filter}' is no topic filter (MQTT 5.0 §4.7)");
        }

        Require(
            options.Will is null || options.WillPerConnection is null,
            "there is one will: either the same for all connections, or one of each"
        );
        if (options.Will is { } will)
        {
            RequireWill(will);
        }
    }

    /// <exception cref="ArgumentException">In words, without secrets.</exception>
    public static void RequireWill(MqttMessage will)
    {
        Require(MessageRules.Problem(will) is null, $"the will: {MessageRules.Problem(will)}");
        Require(will.Payload.Length <= TopicName.BytesMax, "the will's payload has more than 65535 bytes");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new ArgumentException(problem);
        }
    }
}
