using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Firmware.Boards;
using Holdfast.Firmware.Broker;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Listening;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// The appliance's own broker. Without a file it serves this machine only. With one it serves whom the file names, wherever the file says; the rack
/// itself then comes in by a door of its own: a port of the loopback that lets in nobody but who knows a secret, made anew at each start and never written.
/// </summary>
internal sealed class EmbeddedBroker : IAsyncDisposable
{
    private static readonly TimeSpan SystemTopicsPeriod = TimeSpan.FromSeconds(10);

    private readonly ConfiguredBroker? configured;
    private readonly MqttBroker broker;
    private readonly OwnDoor? own;
    private readonly PosixSignalRegistration? reload;
    private readonly CancellationTokenSource stop = new();
    private readonly Task watching;

    private EmbeddedBroker(
        MqttBroker broker,
        ConfiguredBroker? configured,
        OwnDoor? own,
        IReadOnlyList<string> addresses
    )
    {
        (this.broker, this.configured, this.own, Addresses) = (broker, configured, own, addresses);
        watching = configured?.WatchAsync(stop.Token) ?? Task.CompletedTask;
        reload = configured is null
            ? null
            : PosixSignalRegistration.Create(
                PosixSignal.SIGHUP,
                context =>
                {
                    context.Cancel = true;
                    configured.Reload();
                }
            );
    }

    /// <summary>Where others reach it, as they write it.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>For this machine only.</summary>
    /// <exception cref="StartException">It cannot listen there.</exception>
    public static async Task<EmbeddedBroker> StartAsync(
        IPEndPoint endpoint,
        IDurableFolder folder,
        CancellationToken stop
    )
    {
        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            throw new StartException(
                $"the embedded broker serves this machine only and cannot listen on {endpoint}; use an address of the loopback, say who else may what with --mqtt-config, or name a broker of yours in the board file"
            );
        }

        var options = new MqttBrokerOptions
        {
            EndPoint = endpoint,
            Data = folder,
            SystemTopicsPeriod = SystemTopicsPeriod,
            Notice = Notice,
        };
        var broker = await OrWordsAsync(
            () => MqttBroker.StartAsync(options, TimeProvider.System, BrokerAccess.NewRandom(), stop),
            " with --mqtt"
        );
        return new EmbeddedBroker(broker, null, null, [$"{broker.EndPoint}"]);
    }

    /// <summary>As a file says, which is watched.</summary>
    /// <exception cref="StartException">The file has mistakes, or it cannot listen there.</exception>
    public static async Task<EmbeddedBroker> StartAsync(string path, IDurableFolder folder, CancellationToken stop)
    {
        var problems = new List<BoardProblem>();
        if (BrokerFile.Load(path, problems) is not { } setup)
        {
            throw new StartException(
                $"the broker's file has mistakes; 'holdfast mqtt broker --config {path} --check' checks it again: {string.Join("; ", problems)}"
            );
        }

        var own = new OwnDoor();
        var configured = await OrWordsAsync(
            () => ConfiguredBroker.StartAsync(path, setup, folder, Notice, stop, own.Listener),
            $" in {path}"
        );
        return new EmbeddedBroker(configured.Broker, configured, own, configured.Addresses);
    }

    /// <summary>How the rack itself gets in.</summary>
    public MqttClientOptions OptionsFor(string clientId)
    {
        var at = broker.EndPoints[^1];
        return own is null
            ? new MqttClientOptions($"{at.Address}", at.Port, clientId)
            : own.With(new MqttClientOptions($"{at.Address}", at.Port, clientId));
    }

    public async ValueTask DisposeAsync()
    {
        reload?.Dispose();
        await stop.CancelAsync();
        await watching;
        await (configured?.DisposeAsync() ?? broker.DisposeAsync());
        stop.Dispose();
    }

    private static async Task<T> OrWordsAsync<T>(Func<Task<T>> start, string where)
    {
        try
        {
            return await start();
        }
        catch (IOException e)
        {
            var remedy = e.InnerException is SocketException ? where : "";
            throw new StartException($"the embedded broker cannot start: {e.Message}{remedy}", e);
        }
    }

    private static void Notice(string text) => Console.Error.WriteLine($"holdfast: the embedded broker: {text}");

    /// <summary>The rack's own way in, and the policy of it: everything for the secret's holder, nothing for anybody else.</summary>
    private sealed class OwnDoor : IBrokerPolicy
    {
        /// <summary>No user of a password file can have a name with ":", so the rack's session is nobody else's.</summary>
        private readonly string user = $"rack:{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        private readonly byte[] secret = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64));

        public BrokerListener Listener => new() { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Policy = this };

        /// <summary>A name of its own each time: nobody can have a session by it already.</summary>
        public MqttClientOptions With(MqttClientOptions options) =>
            options with
            {
                ClientId = $"{options.ClientId}-{user[5..]}",
                UserName = user,
                Password = secret,
            };

        public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) =>
            client.UserName == user && CryptographicOperations.FixedTimeEquals(password, secret)
                ? ConnectVerdict.Accept
                : ConnectVerdict.NotAuthorized;

        public bool MayPublish(BrokerClient client, string topic) => true;

        public bool MaySubscribe(BrokerClient client, string filter) => true;
    }
}
