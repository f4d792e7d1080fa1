using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdfast.Firmware.Appliance;
using Holdfast.Gateway.Outbox;

namespace Holdfast.Firmware.CommandLine.Outbox;

/// <summary><c>holdfast outbox</c>: what waits for the broker on the disk, of a rack or a bridge that runs or not.</summary>
internal static class OutboxCommands
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "The data folder of the rack or bridge",
        HelpName = "FOLDER",
        Required = true,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON for programs" };

    private static readonly Option<bool> All = new("--all")
    {
        Description = "What was delivered and is still there too",
    };

    public static Command Create(Terminal terminal)
    {
        var show = new Command("show", "Say how much waits, since when, and what was given up") { Data, Json };
        show.SetAction(parsed =>
            With(parsed, terminal, (folder, key) => Show(folder, key, parsed.GetValue(Json), terminal))
        );
        var export = new Command("export", "Print what waits, one JSON object a line") { Data, All };
        export.SetAction(parsed =>
            With(parsed, terminal, (folder, _) => Export(folder, parsed.GetValue(All), terminal))
        );
        var key = new Command("key", "Print the public key with which records of gaps are verified") { Data };
        key.SetAction(parsed => With(parsed, terminal, (_, own) => Key(own, terminal)));
        return new Command("outbox", "Look at what waits for the broker") { show, export, key };
    }

    private static int With(ParseResult parsed, Terminal terminal, Func<OutboxInspection, ECDsa?, int> work)
    {
        var data = Path.GetFullPath(parsed.GetValue(Data)!);
        var folder = Path.Combine(data, ApplianceHost.OutboxFolder);
        if (!Directory.Exists(folder))
        {
            return terminal.Fail(
                $"there is no outbox in {data}: name the data folder of a rack or bridge",
                ExitCode.Usage
            );
        }

        try
        {
            using var key = File.Exists(Path.Combine(data, OutboxKey.FileName)) ? OutboxKey.LoadOrCreate(data) : null;
            return work(new OutboxInspection(new ReadOnlyFolder(folder)), key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(e.Message, ExitCode.NotDone);
        }
    }

    private static int Show(OutboxInspection outbox, ECDsa? key, bool asJson, Terminal terminal)
    {
        var (counts, oldest, newest, gaps) = (
            new long[5],
            DateTimeOffset.MaxValue,
            DateTimeOffset.MinValue,
            new List<GapRecord>()
        );
        foreach (var one in outbox.Messages())
        {
            if (one.Class == MessageClass.Gap && GapRecord.FromJson(one.Message.Payload.Span) is { } record)
            {
                gaps.Add(record);
            }

            if (outbox.IsWaiting(one))
            {
                counts[(int)one.Class]++;
                oldest = one.Time < oldest ? one.Time : oldest;
                newest = one.Time > newest ? one.Time : newest;
            }
        }

        var waiting = counts.Sum();
        var document = new OutboxDocument(
            outbox.Stream,
            waiting,
            Enum.GetValues<MessageClass>().ToDictionary(one => $"{one}".ToLowerInvariant(), one => counts[(int)one]),
            waiting > 0 ? oldest : null,
            waiting > 0 ? newest : null,
            outbox.Bytes,
            outbox.BudgetBytes,
            [.. gaps.Select(record => new GapDocument(record, key is null ? null : record.IsSignedBy(key)))],
            outbox.Damage
        );
        if (asJson)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(document, OutboxDocuments.Default.OutboxDocument));
            return ExitCode.Ok;
        }

        OutboxText.Print(document, terminal);
        return ExitCode.Ok;
    }

    private static int Export(OutboxInspection outbox, bool all, Terminal terminal)
    {
        foreach (var one in outbox.Messages().Where(one => all || outbox.IsWaiting(one)))
        {
            var text = TextOf(one.Message.Payload.Span);
            var line = new ExportedMessage(
                one.Sequence,
                $"{one.Class}".ToLowerInvariant(),
                one.Time,
                one.Message.Topic,
                (int)one.Message.Qos,
                one.Message.Retain,
                text,
                text is null ? Convert.ToBase64String(one.Message.Payload.Span) : null,
                [.. one.Message.UserProperties.Select(p => new[] { p.Key, p.Value })]
            );
            terminal.Output.WriteLine(JsonSerializer.Serialize(line, OutboxDocuments.Default.ExportedMessage));
        }

        foreach (var damage in outbox.Damage)
        {
            terminal.Fail(damage, ExitCode.Ok);
        }

        return ExitCode.Ok;
    }

    private static int Key(ECDsa? key, Terminal terminal)
    {
        if (key is null)
        {
            return terminal.Fail(
                "there is no key yet: the rack or bridge makes one when it is first started",
                ExitCode.NotDone
            );
        }

        terminal.Output.WriteLine(key.ExportSubjectPublicKeyInfoPem());
        return ExitCode.Ok;
    }

    /// <summary>Null where it is no text.</summary>
    private static string? TextOf(ReadOnlySpan<byte> payload)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(payload);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
