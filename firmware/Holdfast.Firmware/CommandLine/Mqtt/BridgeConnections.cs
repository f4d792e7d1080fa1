using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.Broker;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>The clients of a bridge, as its file wants them. Certificates are read again when their files change.</summary>
internal sealed class BridgeConnections : IAsyncDisposable
{
    /// <summary>So many the local broker may send at once: they go to the disk together.</summary>
    private const ushort LocalReceiveMaximum = 256;

    private readonly BridgeFile file;
    private readonly string beside;
    private readonly List<PemCertificate> certificates = [];

    /// <param name="beside">Where the files are that the bridge's file names.</param>
    /// <exception cref="IOException">A password, certificate or key cannot be read; likewise cryptographic and access errors.</exception>
    public BridgeConnections(BridgeFile file, string beside)
    {
        (this.file, this.beside) = (file, beside);
        var local = OptionsOf(file.Local) with
        {
            Subscriptions = file.Plan.OfLocal(file.Local.MqttVersion),
            ReceiveMaximum = LocalReceiveMaximum,
        };
        List<MqttClientOptions> upstream =
        [
            .. file.Upstream.Select(peer =>
                OptionsOf(peer) with
                {
                    Subscriptions = file.Plan.OfUpstream(peer.MqttVersion),
                }
            ),
        ];
        Local = Client(local);
        Upstream = [.. upstream.Select(Client)];
    }

    public MqttClient Local { get; }

    public IReadOnlyList<MqttClient> Upstream { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in Upstream.Prepend(Local))
        {
            await client.DisposeAsync();
        }

        certificates.ForEach(one => one.Dispose());
    }

    private static MqttClient Client(MqttClientOptions options) =>
        new(options, TimeProvider.System, BrokerAccess.NewRandom());

    private MqttClientOptions OptionsOf(BridgePeer peer) =>
        new(peer.Host, peer.Port, $"holdfast-bridge-{file.Id}")
        {
            Version = peer.MqttVersion,
            UserName = peer.User,
            Password = peer.PasswordFile is { } secret ? ReadPassword(PathOf(secret)) : default,
            Tls =
                peer.CaFile is null && peer.CertificateFile is null
                    ? null
                    : ClientTls.Of(peer.Host, peer.CaFile is { } ca ? PathOf(ca) : null, certificate: null, key: null),
            ClientCertificate = peer.CertificateFile is { } certificate
                ? CertificateOf(PathOf(certificate), PathOf(peer.KeyFile!))
                : null,
            // What comes while the bridge is away waits at the broker.
            SessionExpiry = TimeSpan.FromDays(3),
        };

    private static byte[] ReadPassword(string path) =>
        Encoding.UTF8.GetBytes(File.ReadAllText(path).TrimEnd('\r', '\n'));

    private Func<X509Certificate2> CertificateOf(string certificate, string key)
    {
        var pem = new PemCertificate(certificate, key);
        certificates.Add(pem);
        return pem.Current;
    }

    private string PathOf(string name) => Path.Combine(beside, name);
}
