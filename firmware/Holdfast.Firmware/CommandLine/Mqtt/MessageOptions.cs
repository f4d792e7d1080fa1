using System.CommandLine;
using System.Text;
using Holdfast.Mqtt;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>The message that is published: its payload in one of several forms, and its properties.</summary>
internal sealed class MessageOptions
{
    /// <summary>Of a payload from a file or standard input; MQTT itself ends at 256 MiB.</summary>
    public const int PayloadLengthMax = 16 * 1024 * 1024;

    private readonly Option<string?> text = new("--message", "-m")
    {
        Description = "The payload as text",
        HelpName = "TEXT",
    };
    private readonly Option<string?> hex = new("--hex")
    {
        Description = "The payload in hexadecimal",
        HelpName = "HEX",
    };
    private readonly Option<string?> base64 = new("--base64")
    {
        Description = "The payload in Base64",
        HelpName = "TEXT",
    };

    private readonly Option<string?> file = new("--file", "-f")
    {
        Description = "The payload is the file's content; - is standard input",
        HelpName = "FILE",
    };

    private readonly Option<bool> empty = new("--empty")
    {
        Description = "No payload; with --retain it removes what is kept",
    };

    private readonly Option<int?> qos = Options.Number(
        "--qos",
        "0: at most once, 1: at least once, 2: exactly once [1]",
        0,
        2
    );
    private readonly Option<bool> retain = new("--retain", "-r")
    {
        Description = "The broker keeps it for whoever comes later",
    };

    private readonly Option<int?> expiry = Options.Number(
        "--expiry",
        "Seconds for which the broker may still deliver it",
        1,
        int.MaxValue
    );

    private readonly Option<string?> contentType = new("--content-type")
    {
        Description = "What the payload is, as application/json",
        HelpName = "TYPE",
    };

    private readonly Option<string[]> properties = new("--property", "-P")
    {
        Description = "A user property; may stand more than once",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool>? lines;

    /// <param name="withLines">Each line of standard input may be a message of its own.</param>
    public MessageOptions(bool withLines)
    {
        qos.Aliases.Add("-q");
        lines = withLines ? new("--lines", "-l") { Description = "Each line of standard input is a message" } : null;
    }

    public static Argument<string> Topic()
    {
        var topic = new Argument<string>("TOPIC") { Description = "Where to" };
        topic.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !TopicName.IsValid(name))
            {
                result.AddError($"'{name}' is no topic to publish to: it must not be empty nor have + or #");
            }
        });
        return topic;
    }

    public void AddTo(Command command)
    {
        Option[] all = [text, hex, base64, file, empty, qos, retain, expiry, contentType, properties];
        foreach (var option in lines is null ? all : [.. all, lines])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            Option[] forms = lines is null ? [text, hex, base64, file, empty] : [text, hex, base64, file, empty, lines];
            if (forms.Count(form => result.GetResult(form) is not null) != 1)
            {
                var names = string.Join(", ", forms[..^1].Select(form => form.Name));
                result.AddError($"say what to send: one of {names} or {forms[^1].Name}");
            }
        });
    }

    public bool IsLines(ParseResult parsed) => lines is not null && parsed.GetValue(lines);

    /// <summary>The message, without payload where each line is one.</summary>
    /// <exception cref="MqttUsageException">The payload cannot be read, or a property is none.</exception>
    public MqttMessage Read(ParseResult parsed, string topic) =>
        new(topic, PayloadOf(parsed))
        {
            Qos = (MqttQos)(parsed.GetValue(qos) ?? 1),
            Retain = parsed.GetValue(retain),
            Expiry = parsed.GetValue(expiry) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ContentType = parsed.GetValue(contentType),
            IsText = parsed.GetValue(text) is not null,
            UserProperties = [.. (parsed.GetValue(properties) ?? []).Select(Pair)],
        };

    private byte[] PayloadOf(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(text) is { } words ? Encoding.UTF8.GetBytes(words)
                : parsed.GetValue(hex) is { } digits
                    ? Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal))
                : parsed.GetValue(base64) is { } sixtyFour ? Convert.FromBase64String(sixtyFour)
                : parsed.GetValue(file) is { } path ? Content(path)
                : [];
        }
        catch (FormatException)
        {
            throw new MqttUsageException(
                parsed.GetValue(hex) is not null
                    ? "--hex needs pairs of hexadecimal digits, as 0aff"
                    : "--base64 needs Base64, as SGk="
            );
        }
    }

    private static byte[] Content(string path)
    {
        if (path != "-")
        {
            var (bytes, unreadable) = Boards.BoundedFile.Read(path, PayloadLengthMax);
            return bytes ?? throw new MqttUsageException($"--file: {path} cannot be read ({unreadable})");
        }

        using var input = Console.OpenStandardInput();
        var room = new byte[PayloadLengthMax + 1];
        var length = input.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
        return length > PayloadLengthMax
            ? throw new MqttUsageException($"standard input has more than {PayloadLengthMax} bytes")
            : room[..length];
    }

    private static KeyValuePair<string, string> Pair(string pair) =>
        pair.Split('=', 2) is [var name, var value]
            ? new(name, value)
            : throw new MqttUsageException($"--property needs NAME=VALUE, not '{pair}'");
}
