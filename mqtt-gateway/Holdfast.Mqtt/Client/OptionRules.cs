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
        Require(options.ReceiveMaximum > 0, "the Receive Maximum is 0 (MQTT 5.0 §3.1.2.11.3)");
        Require(options.CertificatePeriod > TimeSpan.Zero, "the certificate period is not positive");
        Require(options.ClientCertificate is null || options.Tls is not null, "a client certificate needs TLS");
        Require(
            options.Authentication is null || options.Version == MqttVersion.V5,
            "MQTT 3.1.1 has no enhanced authentication"
        );
        Require(
            options.WebSocketPath is not { } path
                || (path.StartsWith('/') && path.All(c => char.IsAscii(c) && c > ' ')),
            "the WebSocket path does not start with '/', or has characters that an address may not have"
        );
        RequireSubscriptions(options.Subscriptions);
        Require(
            options.Will is null || options.WillPerConnection is null,
            "there is one will: either the same for all connections, or one of each"
        );
        if (options.Will is { } will)
        {
            RequireWill(will);
        }
    }

    /// <exception cref="ArgumentException">In words.</exception>
    public static void RequireSubscriptions(IReadOnlyList<MqttSubscription> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            var valid = TopicFilter.IsValid(subscription.Filter);
            Require(valid, $"'{subscription.Filter}' is no topic filter (MQTT 5.0 §4.7)");
            Require(
                !subscription.NoLocal || !TopicFilter.IsShared(subscription.Filter),
                $"'{subscription.Filter}' is shared and cannot be without our own messages [MQTT-3.8.3-4]"
            );
            Require(
                subscription.Identifier <= WireReader.VariableByteIntegerMax,
                "a subscription identifier is larger than 268,435,455"
            );
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
