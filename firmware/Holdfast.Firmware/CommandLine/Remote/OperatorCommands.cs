using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Commands.Access;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary><c>holdfast operator</c>: keys of operators, and commands signed with them.</summary>
internal static class OperatorCommands
{
    private const int ValidDefaultSeconds = 60;

    public static Command Create(Terminal terminal) =>
        new("operator", "Command a rack from afar, with a signature")
        {
            Keygen(terminal),
            Sign(terminal),
            Request(terminal),
        };

    private static Command Keygen(Terminal terminal)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Where the private key goes; it must not be there yet",
        };
        var name = Options.Name("NAME", "The operator");
        var keygen = new Command("keygen", "Make a key; prints the operator's entry for the rack's access file")
        {
            name,
            file,
        };
        keygen.SetAction(parsed =>
        {
            try
            {
                var key = OperatorKeyFile.Create(parsed.GetValue(file)!);
                var entry = new JsonObject
                {
                    ["name"] = parsed.GetValue(name),
                    ["key"] = key.Text,
                    ["allow"] = new JsonArray(
                        new JsonObject { ["verbs"] = new JsonArray("*"), ["targets"] = new JsonArray("*") }
                    ),
                };
                terminal.Output.WriteLine(entry.ToJsonString(RelaxedJson.Options));
                return ExitCode.Ok;
            }
            catch (RemoteException e)
            {
                return terminal.Fail(e.Message, e.ExitCode);
            }
        });
        return keygen;
    }

    private static Command Sign(Terminal terminal)
    {
        var (target, verb, body) = What();
        var rack = new Option<string>("--rack")
        {
            Description = "The rack",
            HelpName = "NAME",
            Required = true,
        };
        var key = new Option<string>("--operator-key")
        {
            Description = "The operator's key",
            HelpName = "FILE",
            Required = true,
        };
        var valid = Options.Number("--valid", "For how many seconds it counts [60]", 1, 3600);
        var envelope = new Option<bool>("--envelope") { Description = "Print the payload for a client without MQTT 5" };
        var json = new Option<bool>("--json") { Description = "Print JSON for programs" };
        var sign = new Command("sign", "Sign a command; prints what mosquitto_pub and mosquitto_rr need to send it")
        {
            target,
            verb,
            body,
            rack,
            key,
            valid,
            envelope,
            json,
        };
        sign.SetAction(parsed =>
        {
            try
            {
                using var signer = OperatorKeyFile.Read(parsed.GetValue(key)!);
                // mosquitto's clients take correlation data as text.
                var correlation = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
                var command = new SealedCommand(
                    parsed.GetValue(rack)!,
                    parsed.GetValue(target)!,
                    parsed.GetValue(verb)!,
                    Encoding.UTF8.GetBytes(parsed.GetValue(body)!),
                    Encoding.ASCII.GetBytes(correlation)
                );
                var validFor = TimeSpan.FromSeconds(parsed.GetValue(valid) ?? ValidDefaultSeconds);
                var seal = CommandSeal.Sign(signer, command, DateTimeOffset.UtcNow, validFor);
                var form =
                    parsed.GetValue(envelope) ? SignedForms.Envelope(command, seal)
                    : parsed.GetValue(json) ? SignedForms.Json(command, seal)
                    : SignedForms.Arguments(command, seal);
                terminal.Output.WriteLine(form);
                return ExitCode.Ok;
            }
            catch (RemoteException e)
            {
                return terminal.Fail(e.Message, e.ExitCode);
            }
        });
        return sign;
    }

    private static Command Request(Terminal terminal)
    {
        var (target, verb, body) = What();
        var deadline = Options.Number("--deadline", "Seconds to wait for the observed result [300]", 1, 3600);
        return RemoteOptions.With(
            terminal,
            new Command("request", "Command a rack through its broker and follow it to its end")
            {
                target,
                verb,
                body,
                deadline,
            },
            signs: true,
            async (asked, stop) =>
            {
                var seconds = asked.Parsed.GetValue(deadline) ?? 300;
                using var key = RemoteOptions.KeyOf(asked.Parsed);
                await using var rack = await RackLink.OpenAsync(asked, stop);
                return await Conversation.RunAsync(
                    asked,
                    rack,
                    asked.Parsed.GetValue(target)!,
                    asked.Parsed.GetValue(verb)!,
                    asked.Parsed.GetValue(body) is { Length: > 0 } text ? text : $$"""{"deadline_s":{{seconds}}}""",
                    TimeSpan.FromSeconds(seconds),
                    key,
                    stop
                );
            }
        );
    }

    private static (Argument<string> Target, Argument<string> Verb, Argument<string> Body) What()
    {
        var target = Options.Name("TARGET", "A node, a zone, rack or power");
        var verb = new Argument<string>("VERB") { Description = string.Join(", ", CommandVerbs.All) };
        verb.AcceptOnlyFromAmong([.. CommandVerbs.All]);
        var body = new Argument<string>("BODY")
        {
            Description = "What the verb needs, as JSON",
            DefaultValueFactory = _ => "",
        };
        return (target, verb, body);
    }
}
