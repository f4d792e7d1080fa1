using System.Net.Security;
using System.Security.Cryptography;
using Holdfast.Firmware.Boards;
using Holdfast.Firmware.Broker;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.Appliance;

/// <summary>How the gateway reaches its broker: the board's, with TLS and certificates, or the embedded one.</summary>
internal static class BrokerAccess
{
    /// <param name="embedded">Null: the board names another.</param>
    /// <exception cref="StartException">A certificate or key cannot be read.</exception>
    public static MqttClientOptions OptionsFor(Board board, EmbeddedBroker? embedded)
    {
        var clientId = $"holdfast-{board.Rack}";
        if (board.Mqtt is not { } broker)
        {
            return embedded!.OptionsFor(clientId);
        }

        return new MqttClientOptions(broker.Host, broker.Port, clientId)
        {
            Version = (MqttVersion)broker.Version,
            UserName = broker.User,
            Password = broker.Password,
            Tls = broker.CaFile is null && broker.CertificateFile is null ? null : TlsOf(broker),
            // The broker keeps commands for us through a short outage.
            SessionExpiry = TimeSpan.FromHours(1),
        };
    }

    public static SeededRandom NewRandom() => new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));

    private static SslClientAuthenticationOptions TlsOf(BoardBroker broker)
    {
        try
        {
            return ClientTls.Of(broker.Host, broker.CaFile, broker.CertificateFile, broker.KeyFile);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"a certificate for the broker {broker} cannot be read ({e.Message}); check the files that the board names under \"mqtt\"",
                e
            );
        }
    }
}
