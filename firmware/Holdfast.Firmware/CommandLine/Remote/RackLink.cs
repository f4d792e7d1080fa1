using System.Security.Cryptography;
using System.Text;
using Holdfast.Firmware.CommandLine.Mqtt;
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
    private const int CorrelationLength = 16;
    private static readonly TimeSpan FindWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OthersWithin = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan SealedFor = TimeSpan.FromSeconds(60);

    /// <summary>For the way there and back, beyond what the rack itself may take.</summary>
    private static readonly TimeSpan Travel = TimeSpan.FromSeconds(10);

    private readonly MqttConnection mqtt;
    private readonly string rack;

    private RackLink(MqttConnection mqtt, string rack) => (this.mqtt, this.rack) = (mqtt, rack);

    /// <summary>Connects, and finds the rack where none is named.</summary>
    /// <exception cref="RemoteException">There is no rack, or more than one.</exception>
    /// <exception cref="MqttException">There is no connection to be had.</exception>
    public static async Task<RackLink> OpenAsync(RemoteAsked asked, CancellationToken stop)
    {
        var named = asked.Rack;
        var mqtt = await MqttConnection.ConnectAsync(asked.Options, stop);
        try
        {
            return new RackLink(mqtt, named ?? await FindAsync(mqtt, stop));
        }
        catch
        {
            await mqtt.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the rack, and returns its final answer.</summary>
    /// <param name="key">Signs the command; null: it goes without a signature.</param>
    /// <param name="heard">Told of each answer, the final one too.</param>
    /// <exception cref="RemoteException">No answer came.</exception>
    /// <exception cref="MqttException">The broker did not take the request.</exception>
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
        var request = RequestOf(target, verb, body, deadline, key);
        await foreach (var answer in mqtt.RequestManyAsync(request, deadline + Travel, stop))
        {
            var response = ResponseOf(answer);
            heard(response);
            if (response.IsFinal)
            {
                return response;
            }
        }

        throw new RemoteException(
            $"the rack {rack} does not answer: is it at this broker, and may it publish to reply/#?",
            ExitCode.NotReachable
        );
    }

    public ValueTask DisposeAsync() => mqtt.DisposeAsync();

    private MqttMessage RequestOf(string target, string verb, string body, TimeSpan deadline, ECDsa? key)
    {
        var request = new MqttMessage($"rack/{rack}/{target}/command/{verb}", Encoding.UTF8.GetBytes(body))
        {
            Qos = MqttQos.AtLeastOnce,
            CorrelationData = RandomNumberGenerator.GetBytes(CorrelationLength),
            Expiry = deadline + Travel,
            ContentType = "application/json",
            UserProperties = [new("__srcId", Environment.UserName), new("hf-stream", "1")],
        };
        if (key is null)
        {
            return request;
        }

        var command = new SealedCommand(rack, target, verb, request.Payload, request.CorrelationData);
        var seal = CommandSeal.Sign(key, command, DateTimeOffset.UtcNow, SealedFor);
        return request with { UserProperties = [.. request.UserProperties, .. seal.Properties] };
    }

    private static RackResponse ResponseOf(MqttMessage message)
    {
        var answer = CommandAnswer.Of(message);
        return new RackResponse(answer.Status ?? 0, answer.Words, answer.IsFinal, message.Text);
    }

    /// <summary>Every rack has its state retained: who has one only need not name it.</summary>
    private static async Task<string> FindAsync(MqttConnection mqtt, CancellationToken stop)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(FindWithin);
        try
        {
            await foreach (var message in mqtt.SubscribeAsync(Present, cancellationToken: patience.Token))
            {
                if (message.Topic.Split('/') is ["rack", var rack, ..] && found.Add(rack))
                {
                    // What is retained comes at once.
                    patience.CancelAfter(OthersWithin);
                }
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // All are there that will come.
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
