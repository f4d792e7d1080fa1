using System.Security.Cryptography;
using System.Text;
using Holdfast.Gateway.Commands.Access;
using Holdfast.Gateway.Commands.Journal;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Commands;

/// <summary>
/// Takes requests, has each carried out once, and answers with the observed result. A request repeated with the same correlation data
/// is not carried out again, also not after a restart: it gets the answer of the first. At most <see cref="OpenMax"/> are carried out at a
/// time, more are refused; at most <see cref="AnswersMax"/> are waited for, then no more are read.
/// </summary>
/// <param name="wallTime">The rack's wall clock, for what stands in responses.</param>
/// <param name="clock">The clock of the world: signatures are held against it, and expiry runs by it.</param>
internal sealed class CommandDispatcher(
    RackId rack,
    CommandGate gate,
    CommandJournal journal,
    IMqttClient client,
    Func<DateTimeOffset> wallTime,
    TimeProvider clock
)
{
    public const int OpenMax = 64;
    private const int AnswersMax = 256;

    private readonly Dictionary<string, Task<GatewayReply>> running = new(StringComparer.Ordinal);
    private readonly HashSet<Task> answers = [];

    /// <summary>Starts on a request; call from one reader only.</summary>
    public async Task TakeAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        await ClearAsync().ConfigureAwait(false);
        while (answers.Count >= AnswersMax)
        {
            await Task.WhenAny(answers).WaitAsync(cancellationToken).ConfigureAwait(false);
            await ClearAsync().ConfigureAwait(false);
        }

        var (request, wrong) = RequestReader.Read(message);
        if (wrong is not null)
        {
            answers.Add(AnswerAsync(message, wrong, cancellationToken));
            return;
        }

        var stream = new ResponseStream(request!, IdOf(request!), client, wallTime, clock);
        answers.Add(stream.AnswerAsync(TakeOnceAsync(request!, stream, cancellationToken), cancellationToken));
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

        foreach (var key in running.Where(open => open.Value.IsCompleted).Select(open => open.Key).ToList())
        {
            running.Remove(key);
        }
    }

    private Task<GatewayReply> TakeOnceAsync(
        CommandRequest request,
        ResponseStream stream,
        CancellationToken cancellationToken
    )
    {
        var (command, problem) = CommandForm.Read(request, stream.Id);
        if (command is null)
        {
            return RefuseAsync(400, problem);
        }

        var key = Hash($"{request.Topic}\n{request.ResponseTopic}\n{stream.Id}");
        var fingerprint = FingerprintOf(request);
        switch (journal.Find(key, fingerprint, out var earlier))
        {
            case Known.Different:
                return RefuseAsync(409, "these correlation data were used for another request; choose new ones");
            case Known.Answered:
                return Task.FromResult(earlier!);
            case Known.Running when running.TryGetValue(key, out var open):
                return open;
            case Known.Interrupted or Known.Running:
                return Task.FromResult(
                    new GatewayReply(
                        504,
                        "failed",
                        "",
                        "the controller restarted while it was carried out: look what the rack does now"
                    )
                );
        }

        if (running.Values.Count(open => !open.IsCompleted) >= OpenMax)
        {
            return RefuseAsync(503, "too many commands are open; try again later");
        }

        return StartAsync(request, command, key, fingerprint, stream, cancellationToken);
    }

    private Task<GatewayReply> StartAsync(
        CommandRequest request,
        GatewayCommand command,
        string key,
        string fingerprint,
        ResponseStream stream,
        CancellationToken cancellationToken
    )
    {
        var identity = new CommandIdentity(command.Who);
        if (request.Seal is { } seal)
        {
            var (signer, refusal) = SealCheck.Verify(
                seal,
                request.Sealed,
                gate.Access,
                journal.Seals,
                clock.GetUtcNow()
            );
            if (signer is null)
            {
                gate.Audit.Denied(command, identity, refusal!.Text);
                return Task.FromResult(refusal);
            }

            identity = new CommandIdentity($"operator:{signer.Name}", signer.Key.Id);
        }

        if (request.Rack != rack.Text)
        {
            return RefuseAsync(404, $"this is the rack {rack}");
        }

        if (gate.Judge(command, identity) is { } denied)
        {
            return Task.FromResult(denied);
        }

        try
        {
            journal.Accept(key, fingerprint, request.Seal);
        }
        catch (IOException e)
        {
            return RefuseAsync(503, $"nothing can be recorded: {e.Message}");
        }

        return running[key] = CarryOutAsync(command with { Who = identity.Who }, key, stream, cancellationToken);
    }

    /// <summary>The command is with the rack when this returns; its answer is on disk before anybody gets it.</summary>
    private async Task<GatewayReply> CarryOutAsync(
        GatewayCommand command,
        string key,
        ResponseStream stream,
        CancellationToken cancellationToken
    )
    {
        var reply = await gate.RunAsync(command, stream.Tell, cancellationToken).ConfigureAwait(false);
        try
        {
            journal.Complete(key, reply);
        }
        catch (IOException)
        {
            // After a restart who asks again hears that it was interrupted; the alarm about the disk is raised where events are recorded.
        }

        return reply;
    }

    private async Task AnswerAsync(MqttMessage message, Malformed wrong, CancellationToken cancellationToken)
    {
        if (wrong.Status == 401)
        {
            gate.Audit.Denied(rack.Text, $"a signed command was malformed: {wrong.Text}.");
        }

        if (!CommandRequest.MayAnswer(message.ResponseTopic))
        {
            return;
        }

        try
        {
            var response = ResponseForm.Of(message, rack.Text, wrong, wallTime());
            await client.PublishAsync(response, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The gateway is stopping; the caller asks again.
        }
    }

    private static Task<GatewayReply> RefuseAsync(int status, string text) =>
        Task.FromResult(GatewayReply.Refused(status, text));

    /// <summary>Two requests with the same correlation data that ask different things, or in another's name, are two.</summary>
    private static string FingerprintOf(CommandRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(request.Body.Span));
        hash.AppendData(Encoding.UTF8.GetBytes(request.Seal is { } seal ? UsedSeals.KeyOf(seal) : ""));
        hash.AppendData(request.Seal is { } signed ? signed.Signature.Span : []);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string IdOf(CommandRequest request) =>
        request.Correlation.IsEmpty
            ? $"mqtt-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}"
            : $"mqtt-{Convert.ToHexStringLower(SHA256.HashData([.. request.Correlation.Span, .. Encoding.UTF8.GetBytes(request.Topic + request.ResponseTopic)])[..12])}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
