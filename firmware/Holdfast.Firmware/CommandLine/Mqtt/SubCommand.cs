using System.CommandLine;
using System.Text;
using Holdfast.Gateway.Sparkplug;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary><c>holdfast mqtt sub</c>: shows what is published.</summary>
internal static class SubCommand
{
    public static Command Create(Terminal terminal)
    {
        var filters = new Argument<string[]>("FILTER")
        {
            Description = "What to subscribe; + stands for a level, # for all that follows",
            Arity = ArgumentArity.OneOrMore,
        };
        filters.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !TopicFilter.IsValid(token.Value)))
            {
                result.AddError($"'{token.Value}' is no topic filter: # stands alone at the end, + alone in its level");
            }
        });
        var qos = Options.Number("--qos", "At most this QoS [1]", 0, 2);
        qos.Aliases.Add("-q");
        var count = Options.Number("--count", "End after so many messages", 1, int.MaxValue);
        count.Aliases.Add("-c");
        var timeout = Options.Number("--timeout", "End after so many seconds", 0.001, int.MaxValue / 1000d);
        var fresh = new Option<bool>("--no-retained") { Description = "Not what the broker had kept" };
        var json = new Option<bool>("--json") { Description = "Print JSON for programs, one object a line" };
        var sparkplug = new Option<bool>("--sparkplug") { Description = "Print payloads of Sparkplug B as JSON" };
        var command = new Command("sub", "Show what is published; Ctrl-C ends it")
        {
            filters,
            qos,
            count,
            timeout,
            fresh,
            json,
            sparkplug,
        };
        WillOptions.AddTo(command);
        return Brokering.With(
            terminal,
            command,
            (brokering, stop) =>
            {
                var parsed = brokering.Parsed;
                var handling = parsed.GetValue(fresh) ? RetainHandling.DoNotSend : RetainHandling.Send;
                var subscriptions = parsed
                    .GetValue(filters)!
                    .Select(filter => new MqttSubscription(filter, (MqttQos)(parsed.GetValue(qos) ?? 1))
                    {
                        RetainHandling = handling,
                    });
                var options = WillOptions.With(parsed, brokering.Options) with
                {
                    Subscriptions = [.. subscriptions],
                    WhenReaderIsSlow = SlowReader.HoldBack,
                };
                var asked = new Asked(parsed, parsed.GetValue(json), terminal);
                var reader = parsed.GetValue(sparkplug) ? new SparkplugReader() : null;
                return new Showing(brokering, asked, reader, parsed.GetValue(fresh), parsed.GetValue(count)).RunAsync(
                    options,
                    parsed.GetValue(timeout),
                    stop
                );
            }
        );
    }

    private sealed class Showing(Brokering brokering, Asked asked, SparkplugReader? reader, bool fresh, int? count)
    {
        private int came;

        public async Task<int> RunAsync(MqttClientOptions options, double? timeout, CancellationToken stop)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            if (timeout is { } seconds)
            {
                end.CancelAfter(TimeSpan.FromSeconds(seconds));
            }

            await using var client = await Brokering.ConnectAsync(options, end.Token);
            var watching = brokering.WatchAsync(client, end.Token);
            try
            {
                await ShowAsync(client, end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // That is how it ends, where no count is awaited.
            }

            await end.CancelAsync();
            await watching;
            return count is null || came == count
                ? ExitCode.Ok
                : asked.Terminal.Fail($"{came} of {count} messages came", ExitCode.NotDone);
        }

        private async Task ShowAsync(MqttClient client, CancellationToken stop)
        {
            await foreach (var message in client.MessagesAsync(stop))
            {
                // MQTT 3.1.1 cannot ask the broker not to send them.
                if (fresh && message.Retain)
                {
                    continue;
                }

                var shown = Readable(message);
                await asked.Terminal.Output.WriteLineAsync(
                    asked.Json ? MessageDocument.Line(shown, DateTimeOffset.UtcNow) : MessageLine.Of(shown)
                );
                await asked.Terminal.Output.FlushAsync(stop);
                if (++came == count)
                {
                    return;
                }
            }
        }

        private MqttMessage Readable(MqttMessage message) =>
            reader?.Read(message) is { } json ? message with { Payload = Encoding.UTF8.GetBytes(json) } : message;
    }
}
