using System.CommandLine;
using System.Text;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary><c>holdfast mqtt pub</c>: publishes, and returns when the broker has it.</summary>
internal static class PubCommand
{
    /// <summary>Lines that are on their way at once.</summary>
    private const int FlyingMax = 100;

    public static Command Create(Terminal terminal)
    {
        var topic = MessageOptions.Topic();
        var form = new MessageOptions(withLines: true);
        var command = new Command("pub", "Publish; done when the broker has it") { topic };
        form.AddTo(command);
        WillOptions.AddTo(command);
        return Brokering.With(
            terminal,
            command,
            async (brokering, stop) =>
            {
                var parsed = brokering.Parsed;
                var message = form.Read(parsed, parsed.GetValue(topic)!);
                var options = WillOptions.With(parsed, brokering.Options);
                await using var client = await Brokering.ConnectAsync(options, stop);
                var failure = form.IsLines(parsed)
                    ? await PublishLinesAsync(client, message, Console.In, stop)
                    : Failure(await client.PublishAsync(message, stop));
                return failure is null ? ExitCode.Ok : terminal.Fail(failure, ExitCode.NotDone);
            }
        );
    }

    /// <summary>In order; ends at the first that the broker does not take.</summary>
    internal static async Task<string?> PublishLinesAsync(
        MqttClient client,
        MqttMessage form,
        TextReader lines,
        CancellationToken stop
    )
    {
        var flying = new Queue<Task<PublishOutcome>>();
        string? failure = null;
        while (failure is null && await lines.ReadLineAsync(stop) is { } line)
        {
            flying.Enqueue(client.PublishAsync(form with { Payload = Encoding.UTF8.GetBytes(line) }, stop));
            // What is done already is looked at without waiting; more than so many are waited for.
            while (
                failure is null && flying.TryPeek(out var oldest) && (oldest.IsCompleted || flying.Count > FlyingMax)
            )
            {
                failure = Failure(await flying.Dequeue());
            }
        }

        foreach (var outcome in await Task.WhenAll(flying))
        {
            failure ??= Failure(outcome);
        }

        return failure;
    }

    private static string? Failure(PublishOutcome outcome) =>
        outcome.Result == PublishResult.Delivered ? null : outcome.Detail;
}
