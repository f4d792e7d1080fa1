using System.Security.Cryptography;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Commands;

/// <summary>
/// Takes requests, has each carried out once, and answers with the observed result. A request repeated with the same correlation data
/// is not carried out again: it gets the answer of the first. At most <see cref="OpenMax"/> are carried out at a time, more are refused;
/// at most <see cref="AnswersMax"/> are waited for, then no more are read.
/// </summary>
internal sealed class CommandDispatcher(IGatewayRack rack, IMqttClient client, Func<DateTimeOffset> wallTime)
{
    public const int OpenMax = 64;
    private const int AnswersMax = 256;
    private const int RememberedMax = 256;

    private readonly Dictionary<string, Task<GatewayReply>> known = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private readonly HashSet<Task> answers = [];

    /// <summary>Starts on a request; call from one reader only.</summary>
    public async Task TakeAsync(MqttMessage request, CancellationToken cancellationToken)
    {
        await ClearAsync().ConfigureAwait(false);
        while (answers.Count >= AnswersMax)
        {
            await Task.WhenAny(answers).WaitAsync(cancellationToken).ConfigureAwait(false);
            await ClearAsync().ConfigureAwait(false);
        }

        var id = IdOf(request);
        var (command, problem) = CommandForm.Read(request, id);
        var reply = command is null
            ? Task.FromResult(new GatewayReply(400, "refused", "", problem))
            : OnceAsync(request, command, cancellationToken);
        answers.Add(AnswerAsync(request, id, reply, cancellationToken));
    }

    /// <summary>Waits for the answers under way.</summary>
    public Task DrainAsync() => Task.WhenAll(answers);

    /// <summary>Forgets the answers that were given; one that broke is not forgotten in silence.</summary>
    private async Task ClearAsync()
    {
        foreach (var given in answers.Where(task => task.IsCompleted).ToList())
        {
            answers.Remove(given);
            await given.ConfigureAwait(false);
        }
    }

    private Task<GatewayReply> OnceAsync(
        MqttMessage request,
        GatewayCommand command,
        CancellationToken cancellationToken
    )
    {
        var key = $"{request.Topic}\n{request.ResponseTopic}\n{command.Id}";
        if (known.TryGetValue(key, out var earlier))
        {
            return earlier;
        }

        if (known.Values.Count(task => !task.IsCompleted) >= OpenMax)
        {
            return Task.FromResult(new GatewayReply(503, "refused", "", "too many commands are open; try again later"));
        }

        var reply = rack.ExecuteAsync(command, cancellationToken);
        known[key] = reply;
        order.Enqueue(key);
        ForgetOldest();
        return reply;
    }

    /// <summary>What still runs is never forgotten: a repeat would be carried out again.</summary>
    private void ForgetOldest()
    {
        while (order.Count > RememberedMax)
        {
            var oldest = order.Dequeue();
            if (known[oldest].IsCompleted)
            {
                known.Remove(oldest);
            }
            else
            {
                order.Enqueue(oldest);
            }
        }
    }

    private async Task AnswerAsync(
        MqttMessage request,
        string id,
        Task<GatewayReply> pending,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var reply = await pending.ConfigureAwait(false);
            if (CommandForm.MayAnswer(request))
            {
                await client
                    .PublishAsync(CommandForm.Response(request, id, reply, wallTime()), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The gateway is stopping; the caller asks again.
        }
    }

    private static string IdOf(MqttMessage request) =>
        request.CorrelationData.IsEmpty
            ? $"mqtt-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}"
            : $"mqtt-{Convert.ToHexStringLower(SHA256.HashData([.. request.CorrelationData.Span, .. System.Text.Encoding.UTF8.GetBytes(request.Topic + request.ResponseTopic)])[..12])}";
}
