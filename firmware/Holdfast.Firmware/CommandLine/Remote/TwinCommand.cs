using System.CommandLine;
using System.Text.Json.Nodes;
using Holdfast.Firmware.CommandLine.Mqtt;
using Holdfast.Gateway.Commands;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary><c>holdfast twin</c>: what is desired of a rack and its nodes, and what is reported.</summary>
internal static class TwinCommand
{
    private static readonly TimeSpan GetWithin = TimeSpan.FromSeconds(10);

    public static Command Create(Terminal terminal) =>
        new("twin", "See and set what is desired of a node or of the rack")
        {
            Get(terminal),
            Set(terminal),
            Watch(terminal),
        };

    private static Command Get(Terminal terminal)
    {
        var target = Target();
        return RemoteOptions.With(
            terminal,
            new Command("get", "Show a twin: what is desired, what is reported, what is pending") { target },
            signs: true,
            async (asked, stop) =>
            {
                using var key = RemoteOptions.KeyOf(asked.Parsed);
                await using var rack = await RackLink.OpenAsync(asked, stop);
                var name = asked.Parsed.GetValue(target)!;
                var answer = await rack.AskAsync(name, CommandVerbs.TwinGet, "", GetWithin, key, _ => { }, stop);
                if (answer.Status != 200)
                {
                    return asked.Terminal.Fail(answer.Text, Conversation.ExitCodeOf(answer.Status));
                }

                var twin = JsonNode.Parse(answer.Json)!["result"]!;
                string[] lines = asked.Json ? [twin.ToJsonString(RelaxedJson.Options)] : Shown(twin);
                foreach (var line in lines)
                {
                    await asked.Terminal.Output.WriteLineAsync(Terminal.Clean(line));
                }

                return ExitCode.Ok;
            }
        );
    }

    private static Command Set(Terminal terminal)
    {
        var target = Target();
        var changes = new Argument<string[]>("CHANGE")
        {
            Description = "NAME=VALUE, as power=on or labels.owner=ana, null to delete; or a JSON merge patch",
            Arity = ArgumentArity.OneOrMore,
        };
        var expect = Options.Number("--expect", "Only if the desired document has this version", 0, long.MaxValue);
        var deadline = Options.Number("--deadline", "Seconds to wait for the observed result [300]", 1, 3600);
        return RemoteOptions.With(
            terminal,
            new Command("set", "Change what is desired, and wait until it is observed")
            {
                target,
                changes,
                expect,
                deadline,
            },
            signs: true,
            async (asked, stop) =>
            {
                var patch = TwinChanges.PatchOf(asked.Parsed.GetValue(changes)!);
                var seconds = asked.Parsed.GetValue(deadline) ?? 300;
                var body = new JsonObject { ["patch"] = patch, ["deadline_s"] = seconds };
                if (asked.Parsed.GetValue(expect) is { } version)
                {
                    body["expected_version"] = version;
                }

                using var key = RemoteOptions.KeyOf(asked.Parsed);
                await using var rack = await RackLink.OpenAsync(asked, stop);
                return await Conversation.RunAsync(
                    asked,
                    rack,
                    asked.Parsed.GetValue(target)!,
                    CommandVerbs.TwinSet,
                    body.ToJsonString(RelaxedJson.Options),
                    TimeSpan.FromSeconds(seconds),
                    key,
                    stop
                );
            }
        );
    }

    private static Command Watch(Terminal terminal)
    {
        var named = new Argument<string?>("TARGET")
        {
            Description = "A node, or rack; all where it is left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var count = Options.Number("--count", "End after so many documents", 1, int.MaxValue);
        return RemoteOptions.With(
            terminal,
            new Command("watch", "Show twins as they change, until Ctrl-C") { named, count },
            signs: false,
            async (asked, stop) =>
            {
                var (rack, target) = (asked.Rack ?? "+", asked.Parsed.GetValue(named));
                string[] filters = target switch
                {
                    null => [$"rack/{rack}/twin/+", $"rack/{rack}/+/twin/+"],
                    CommandVerbs.WholeRack => [$"rack/{rack}/twin/+"],
                    _ when Name.IsValid(target) => [$"rack/{rack}/{target}/twin/+"],
                    _ => throw new RemoteException($"'{target}' is no name: {Name.Rule}", ExitCode.Usage),
                };
                await WatchAsync(asked, filters, asked.Parsed.GetValue(count) ?? int.MaxValue, stop);
                return ExitCode.Ok;
            }
        );
    }

    private static async Task WatchAsync(RemoteAsked asked, string[] filters, int count, CancellationToken stop)
    {
        try
        {
            MqttSubscription[] subscriptions = [.. filters.Select(filter => new MqttSubscription(filter))];
            await using var client = await Brokering.ConnectAsync(
                asked.Options with
                {
                    Subscriptions = subscriptions,
                },
                stop
            );
            await foreach (var message in client.MessagesAsync(stop).Where(message => !message.Payload.IsEmpty))
            {
                var text = Terminal.Clean(message.Text);
                await asked.Terminal.Output.WriteLineAsync(
                    asked.Json ? text : $"{Terminal.Clean(message.Topic)} {text}"
                );
                await asked.Terminal.Output.FlushAsync(stop);
                if (--count == 0)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Somebody has seen enough.
        }
    }

    private static Argument<string> Target() => Options.Name("TARGET", "A node, or rack for the rack's own");

    private static string[] Shown(JsonNode twin)
    {
        var (desired, reported) = (twin["desired"]!, twin["reported"]!);
        var pending = string.Join(", ", reported["pending"]!.AsArray().Select(path => path!.GetValue<string>()));
        string[] lines =
        [
            $"desired   version {desired["version"]}{By(desired)}: {desired["desired"]!.ToJsonString(RelaxedJson.Options)}",
            $"reported  version {reported["version"]}: {reported["reported"]!.ToJsonString(RelaxedJson.Options)}",
            $"pending   {(pending.Length > 0 ? pending : "nothing")}",
        ];
        return reported["problem"]?.GetValue<string>() is { } problem ? [.. lines, $"problem   {problem}"] : lines;
    }

    private static string By(JsonNode desired) =>
        desired["by"]?.GetValue<string>() is { Length: > 0 } who ? $" by {who}" : "";
}
