using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Holdfast.Firmware.Boards;
using Holdfast.Firmware.Broker;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.Appliance;

/// <summary>How the gateway reaches its broker: the board's, with TLS and certificates, or the embedded one.</summary>
internal static class BrokerAccess
{
    /// <param name="embedded">Where the embedded broker listens; null: the board names another.</param>
    /// <exception cref="StartException">A certificate or key cannot be read.</exception>
    public static MqttClientOptions OptionsFor(Board board, IPEndPoint? embedded)
    {
        var clientId = $"holdfast-{board.Rack}";
        if (board.Mqtt is not { } broker)
        {
            return new MqttClientOptions($"{embedded!.Address}", embedded.Port, clientId);
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

    /// <summary>Sessions and retained messages survive in the folder.</summary>
    /// <exception cref="StartException">It cannot listen there.</exception>
    public static async Task<MqttBroker> StartEmbeddedAsync(
        IPEndPoint endpoint,
        IDurableFolder folder,
        CancellationToken stop
    )
    {
        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            throw new StartException(
                $"the embedded broker serves this machine only and cannot listen on {endpoint}; use an address of the loopback, or name a broker of yours in the board file"
            );
        }

        try
        {
            return await MqttBroker.StartAsync(
                new MqttBrokerOptions
                {
                    EndPoint = endpoint,
                    Data = folder,
                    SystemTopicsPeriod = TimeSpan.FromSeconds(10),
                    Notice = text => Console.Error.WriteLine($"holdfast: the embedded broker: {text}"),
                },
                TimeProvider.System,
                NewRandom(),
                stop
            );
        }
        catch (IOException e)
        {
            var remedy = e.InnerException is SocketException ? " with --mqtt" : "";
            throw new StartException($"the embedded broker cannot start: {e.Message}{remedy}", e);
        }
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
