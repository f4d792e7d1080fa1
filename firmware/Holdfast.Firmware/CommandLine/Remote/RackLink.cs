using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Gateway.Commands.Access;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>A response of the rack.</summary>
/// <param name="IsFinal">The last one.</param>
/// <param name="Json">As it came.</param>
internal sealed record RackResponse(int Status, string Text, bool IsFinal, string Json);

/// <summary>A rack at the other end of a broker: asks it something, and hears its answers.</summary>
internal sealed class RackLink : IAsyncDisposable
{
    private const string Present = "rack/+/controller/state";
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FindWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OthersWithin = TimeSpan.FromMilliseconds(300);

    /// <summary>For the way there and back, beyond what the rack itself may take.</summary>
    private static readonly TimeSpan Travel = TimeSpan.FromSeconds(10);

    private readonly MqttClient client;
    private readonly string answers;
    private readonly IAsyncEnumerator<MqttMessage> incoming;

    /// <summary>What came while the rack was being found: at most what comes within that time.</summary>
    private readonly Queue<MqttMessage> early = new();

    /// <summary>A wait for a message that somebody gave up.</summary>
    private Task<bool>? pending;

    private RackLink(MqttClient client, string answers, string rack, CancellationToken stop) =>
        (this.client, this.answers, Rack, incoming) = (
            client,
            answers,
            rack,
            client.MessagesAsync(stop).GetAsyncEnumerator(stop)
        );

    public string Rack { get; private set; }

    /// <summary>Connects, and finds the rack where none is named.</summary>
    /// <param name="filters">What else to listen to, of a rack <c>{rack}</c>.</param>
    /// <exception cref="RemoteException">There is no broker, or no rack, or more than one.</exception>
    public static async Task<RackLink> OpenAsync(RemoteAsked asked, CancellationToken stop, params string[] filters)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var answers = $"holdfast/answers/{id}";
        var named = RemoteOptions.RackOf(asked.Parsed);
        if (named is not null && !Name.IsValid(named))
        {
            throw new RemoteException($"'{named}' is no rack's name: {Name.Rule}", ExitCode.Usage);
        }

        var options = RemoteOptions.ClientOf(asked.Parsed, $"holdfast-{id}");
        string[] subscribed =
        [
            answers,
            .. filters.Select(filter => filter.Replace("{rack}", named ?? "+", StringComparison.Ordinal)),
        ];
        var client = new MqttClient(
            options with
            {
                Subscriptions =
                [
                    .. (named is null ? subscribed.Prepend(Present) : subscribed).Select(filter => new MqttSubscription(
                        filter
                    )),
                ],
            },
            TimeProvider.System,
            new SeededRandom(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))))
        );
        try
        {
            await ConnectAsync(client, options, stop);
            var link = new RackLink(client, answers, named ?? "", stop);
            if (named is null)
            {
                link.Rack = await link.FindAsync(stop);
            }

            return link;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the rack, and returns its final answer.</summary>
    /// <param name="key">Signs the command; null: it goes without a signature.</param>
    /// <param name="heard">Told of each answer, the final one too.</param>
    /// <exception cref="RemoteException">No answer came.</exception>
    public async Task<RackResponse> AskAsync(
        string target,
        string verb,
        string body,
        TimeSpan deadline,
        ECDsa? key,
        Action<RackResponse> heard,
        CancellationToken stop
    )
    {
        var correlation = RandomNumberGenerator.GetBytes(16);
        var request = new MqttMessage($"rack/{Rack}/{target}/command/{verb}", Encoding.UTF8.GetBytes(body))
        {
            Qos = MqttQos.AtLeastOnce,
            ResponseTopic = answers,
            CorrelationData = correlation,
            Expiry = deadline + Travel,
            ContentType = "application/json",
            UserProperties = [new("__srcId", Environment.UserName), new("hf-stream", "1")],
        };
        if (key is not null)
        {
            var command = new SealedCommand(Rack, target, verb, request.Payload, correlation);
            var seal = CommandSeal.Sign(key, command, DateTimeOffset.UtcNow, TimeSpan.FromSeconds(60));
            request = request with { UserProperties = [.. request.UserProperties, .. seal.Properties] };
        }

        var sent = await client.PublishAsync(request, stop);
        if (sent.Result != PublishResult.Delivered)
        {
            throw new RemoteException($"the broker did not take the request: {sent.Detail}", ExitCode.NotReachable);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(deadline + Travel);
        while (await NextAsync(patience.Token, stop) is { } message)
        {
            if (message.Topic != answers || !message.CorrelationData.Span.SequenceEqual(correlation))
            {
                continue;
            }

            var response = ResponseOf(message);
            heard(response);
            if (response.IsFinal)
            {
                return response;
            }
        }

        throw new RemoteException(
            $"the rack {Rack} does not answer: is it at this broker, and may it publish to {answers}?",
            ExitCode.NotReachable
        );
    }

    /// <summary>The next message of any kind; null: none came before the token was cancelled.</summary>
    public async Task<MqttMessage?> NextAsync(CancellationToken patience, CancellationToken stop) =>
        early.TryDequeue(out var first) ? first : await ReceiveAsync(patience, stop);

    private async Task<MqttMessage?> ReceiveAsync(CancellationToken patience, CancellationToken stop)
    {
        try
        {
            pending ??= incoming.MoveNextAsync().AsTask();
            var more = await pending.WaitAsync(patience);
            pending = null;
            return more ? incoming.Current : null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private static RackResponse ResponseOf(MqttMessage message)
    {
        string Property(string name) => message.UserProperties.FirstOrDefault(p => p.Key == name).Value ?? "";
        return new RackResponse(
            int.TryParse(Property("__stat"), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
                ? status
                : 0,
            Property("__stMsg"),
            Property("hf-final") != "false",
            Encoding.UTF8.GetString(message.Payload.Span)
        );
    }

    private static async Task ConnectAsync(MqttClient client, MqttClientOptions options, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(ConnectWithin);
        var (why, tried) = ("it does not answer", false);
        try
        {
            await foreach (var change in client.ConnectionChangesAsync(patience.Token))
            {
                if (change.Connected)
                {
                    return;
                }

                // The first tells how it was before it tried.
                if (tried)
                {
                    why = change.Detail;
                    break;
                }

                tried = true;
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Said below.
        }

        throw new RemoteException(
            $"no broker at {options.Host}:{options.Port} ({why.TrimEnd('.')}). Is the rack running? --broker names another",
            ExitCode.NotReachable
        );
    }

    /// <summary>Every rack has its state retained: who has one only need not name it.</summary>
    private async Task<string> FindAsync(CancellationToken stop)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(FindWithin);
        while (await ReceiveAsync(patience.Token, stop) is { } message)
        {
            if (message.Topic.Split('/') is not ["rack", var rack, "controller", "state"])
            {
                early.Enqueue(message);
            }
            else if (found.Add(rack))
            {
                // What is retained comes at once.
                patience.CancelAfter(OthersWithin);
            }
        }

        return found.Count switch
        {
            1 => found.Min!,
            0 => throw new RemoteException("there is no rack at this broker", ExitCode.NotReachable),
            _ => throw new RemoteException(
                $"there is more than one rack at this broker; name one with --rack: {Terminal.Clean(string.Join(", ", found))}",
                ExitCode.Usage
            ),
        };
    }
}
