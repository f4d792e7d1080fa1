using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>
/// <c>holdfast mqtt request</c>: asks, and shows every answer until the last one. Which that is says the property <c>hf-final</c>, or a
/// <c>__stat</c> other than 102 and 202; without both it is the first.
/// </summary>
internal static class RequestCommand
{
    private const int CorrelationLength = 16;
    private const double TimeoutDefaultSeconds = 10;
    private const int StatusBad = 400;

    public static Command Create(Terminal terminal)
    {
        var topic = MessageOptions.Topic();
        var form = new MessageOptions(withLines: false);
        var timeout = Options.Number("--timeout", "Seconds to wait for the last answer [10]", 0.001, 86_400d);
        var count = Options.Number("--count", "Take so many answers, whatever they say", 1, int.MaxValue);
        var responseTopic = new Option<string?>("--response-topic")
        {
            Description = "Where the answers shall go; else a topic of its own",
            HelpName = "TOPIC",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON for programs, one object a line" };
        var command = new Command("request", "Publish a request and show its answers")
        {
            topic,
            timeout,
            count,
            responseTopic,
            json,
        };
        form.AddTo(command);
        return Brokering.With(
            terminal,
            command,
            (brokering, stop) =>
            {
                var parsed = brokering.Parsed;
                var request = form.Read(parsed, parsed.GetValue(topic)!);
                var patience = TimeSpan.FromSeconds(parsed.GetValue(timeout) ?? TimeoutDefaultSeconds);
                var asking = new Asking(brokering, parsed.GetValue(json), parsed.GetValue(count), patience);
                return asking.RunAsync(request, parsed.GetValue(responseTopic), stop);
            }
        );
    }

    private sealed class Asking(Brokering brokering, bool json, int? count, TimeSpan patience)
    {
        private int answers;

        public async Task<int> RunAsync(MqttMessage request, string? responseTopic, CancellationToken stop)
        {
            if (brokering.Options.Version != MqttVersion.V5)
            {
                throw new MqttUsageException("requests need --version 5: MQTT 3.1.1 has no response topic");
            }

            var to = responseTopic ?? $"reply/{brokering.Options.ClientId}";
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            end.CancelAfter(patience);
            var options = brokering.Options with { Subscriptions = [new(to)] };
            await using var client = await Brokering.ConnectAsync(options, stop);
            var correlation = RandomNumberGenerator.GetBytes(CorrelationLength);
            var sent = request with { ResponseTopic = to, CorrelationData = correlation };
            var outcome = await client.PublishAsync(sent, stop);
            if (outcome.Result != PublishResult.Delivered)
            {
                return brokering.Terminal.Fail(outcome.Detail, ExitCode.NotDone);
            }

            try
            {
                return await ShowAsync(client, correlation, end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                var what = answers == 0 ? "nobody answered" : "the last answer did not come";
                var seconds = patience.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                return brokering.Terminal.Fail($"{what} within {seconds} s", ExitCode.NotDone);
            }
        }

        private async Task<int> ShowAsync(MqttClient client, byte[] correlation, CancellationToken stop)
        {
            await foreach (var answer in client.MessagesAsync(stop))
            {
                if (!answer.CorrelationData.Span.SequenceEqual(correlation))
                {
                    continue;
                }

                answers++;
                await brokering.Terminal.Output.WriteLineAsync(
                    json
                        ? MessageDocument.Line(answer, DateTimeOffset.UtcNow)
                        : MessageLine.Payload(answer.Payload.Span)
                );
                var said = CommandAnswer.Of(answer);
                if (count is null ? said.IsFinal : answers == count)
                {
                    return Verdict(said);
                }
            }

            return brokering.Terminal.Fail("the client ended", ExitCode.NotDone);
        }

        private int Verdict(CommandAnswer said) =>
            said.Status is >= StatusBad and var status
                ? brokering.Terminal.Fail($"it was refused: {status} {said.Words}".TrimEnd(), ExitCode.NotDone)
                : ExitCode.Ok;
    }
}
