using System.Security.Cryptography;
using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.Boards;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Broker.Authentication;
using Holdfast.Mqtt.Broker.Listening;

namespace Holdfast.Firmware.Broker;

/// <summary>
/// A broker that a file describes, and that takes a changed file over without ending a connection: users, groups, rules, quotas and certificates. A
/// file with a problem changes nothing and is told. Listeners and limits are those of the start.
/// </summary>
internal sealed class ConfiguredBroker : IAsyncDisposable
{
    /// <summary>How often the files are looked at.</summary>
    private static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(2);

    private readonly string path;
    private readonly Action<string> notice;
    private readonly List<ExchangeablePolicy> policies;
    private readonly List<BrokerTls?> secrets;
    private BrokerSetup setup;
    private string stamps;

    private ConfiguredBroker(
        string path,
        BrokerSetup setup,
        MqttBroker broker,
        List<ExchangeablePolicy> policies,
        List<BrokerTls?> secrets,
        Action<string> notice
    )
    {
        (this.path, this.setup, this.policies, this.secrets, this.notice) = (path, setup, policies, secrets, notice);
        Broker = broker;
        stamps = FileStamps.Of(setup.Files);
    }

    public MqttBroker Broker { get; }

    /// <summary>The file's listeners, as clients write them.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. setup.Listeners.Zip(Broker.EndPoints, (listener, endPoint) => listener.AddressAt(endPoint))];

    /// <param name="path">Of the file that <paramref name="setup"/> was read from.</param>
    /// <param name="data">Where it keeps what must last; null: nowhere.</param>
    /// <param name="own">Of the program that the broker is part of, behind those of the file; null: none.</param>
    /// <exception cref="IOException">It cannot listen, or the data folder is unusable.</exception>
    public static async Task<ConfiguredBroker> StartAsync(
        string path,
        BrokerSetup setup,
        IDurableFolder? data,
        Action<string> notice,
        CancellationToken stop,
        BrokerListener? own = null
    )
    {
        var policies = setup
            .Listeners.Select(listener => new ExchangeablePolicy(
                new AccessPolicy(setup.Access, listener.AllowsAnonymous)
            ))
            .ToList();
        var secrets = setup.Listeners.Select(listener => listener.Tls is { } tls ? new BrokerTls(tls) : null).ToList();
        var options = setup.Limits with
        {
            Data = data,
            Notice = notice,
            Policy = policies[0],
            Authenticators =
            [
                new ScramServer(policies[0], RandomNumberGenerator.GetBytes(32), PasswordFile.Iterations),
            ],
            Listeners =
            [
                .. setup.Listeners.Select(
                    (listener, i) =>
                        new BrokerListener
                        {
                            EndPoint = listener.EndPoint,
                            Policy = policies[i],
                            Tls = secrets[i],
                            WebSocket = listener.WebSocket,
                        }
                ),
                .. own is null ? Array.Empty<BrokerListener>() : [own],
            ],
        };
        var broker = await MqttBroker.StartAsync(options, TimeProvider.System, BrokerAccess.NewRandom(), stop);
        return new ConfiguredBroker(path, setup, broker, policies, secrets, notice);
    }

    /// <summary>Watches the files until the stop.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(PollPeriod);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (FileStamps.Of(setup.Files) != stamps)
                {
                    Reload();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <summary>Reads the files again; called from one thread at a time.</summary>
    public void Reload()
    {
        lock (policies)
        {
            // Before reading: a change while it is read is seen the next time.
            stamps = FileStamps.Of(setup.Files);
            var problems = new List<BoardProblem>();
            if (BrokerFile.Load(path, problems) is not { } changed)
            {
                notice($"{path} is not taken over, the broker goes on as it was:");
                problems.ForEach(problem => notice($"  {problem}"));
                return;
            }

            TakeOver(changed);
            stamps = FileStamps.Of(changed.Files);
        }
    }

    public ValueTask DisposeAsync() => Broker.DisposeAsync();

    private void TakeOver(BrokerSetup changed)
    {
        var same = changed.Listeners.Select(Place).SequenceEqual(setup.Listeners.Select(Place));
        for (var i = 0; i < policies.Count; i++)
        {
            var listener = same ? changed.Listeners[i] : setup.Listeners[i];
            policies[i].Replace(new AccessPolicy(changed.Access, listener.AllowsAnonymous));
            if (listener.Tls is { } tls)
            {
                secrets[i]?.Replace(tls);
            }
        }

        Broker.Review();
        setup = changed with { Listeners = same ? changed.Listeners : setup.Listeners, Limits = setup.Limits };
        notice(
            same
                ? $"{path} is taken over"
                : $"{path} is taken over, but for the listeners: they change when the broker is started anew"
        );
    }

    /// <summary>What of a listener cannot change while it listens.</summary>
    private static (string, bool, string?) Place(ListenerSetup listener) =>
        ($"{listener.EndPoint}", listener.Tls is not null, listener.WebSocket?.Path);
}
