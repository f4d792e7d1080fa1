using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Gateway.Commands.Access;

namespace Holdfast.Gateway.Commands.Journal;

/// <summary>
/// What was asked and what became of it, on disk before it is done: a request that comes again, also after a restart or a power cut, is not
/// carried out again, and a signature is used once. Remembers the newest <see cref="AnswersMax"/> answers; what still runs is never forgotten.
/// Thread-safe, but for <see cref="Seals"/>, which belong to who calls <see cref="Accept"/>.
/// </summary>
public sealed class CommandJournal
{
    public const int AnswersMax = 256;

    private const string FileName = "commands.journal";

    /// <summary>Beyond this it is written anew, with what still counts.</summary>
    private const int CompactBeyond = 512 * 1024;

    private readonly Lock gate = new();
    private readonly JournalFile file;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private long compactAt = CompactBeyond;

    private sealed record Entry(string Fingerprint, GatewayReply? Reply, bool IsRunning);

    /// <param name="now">By the clock that signatures are held against.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public CommandJournal(IDurableFolder folder, DateTimeOffset now)
    {
        file = new JournalFile(folder, FileName);
        var lines = file.Read(out var damaged);
        foreach (var line in lines ?? [])
        {
            damaged |= !Take(line);
        }

        if (lines is null || damaged)
        {
            // Something that was used may be missing: nothing that was signed before counts any more.
            Seals.BeginAt(now);
            file.Replace(Lines());
        }

        Damage = damaged ? $"{FileName} was damaged: commands that were signed before now are refused" : "";
    }

    /// <summary>In words what was found damaged; empty: nothing.</summary>
    public string Damage { get; }

    public UsedSeals Seals { get; } = new();

    /// <summary>What is known of a request.</summary>
    /// <param name="key">Who asks for what with which correlation data; at most 128 characters.</param>
    /// <param name="fingerprint">Of all that the request says.</param>
    /// <param name="reply">The answer that it got; null: it is not known, or still runs here.</param>
    public Known Find(string key, string fingerprint, out GatewayReply? reply)
    {
        reply = null;
        using var held = gate.EnterScope();
        if (!entries.TryGetValue(key, out var entry))
        {
            return Known.No;
        }

        if (entry.Fingerprint != fingerprint)
        {
            return Known.Different;
        }

        reply = entry.Reply;
        return entry.Reply is not null ? Known.Answered
            : entry.IsRunning ? Known.Running
            : Known.Interrupted;
    }

    /// <summary>Returns once it is on disk that the command was taken on and its signature used.</summary>
    /// <exception cref="IOException">It is not; the command must not be carried out.</exception>
    public void Accept(string key, string fingerprint, CommandSeal? seal)
    {
        using var held = gate.EnterScope();
        Write(new JournalLine(key, fingerprint, seal is null ? null : UsedSeals.KeyOf(seal), seal?.Until));
        Remember(key, new Entry(fingerprint, null, IsRunning: true));
        if (seal is not null)
        {
            Seals.Add(UsedSeals.KeyOf(seal), seal.Until);
        }
    }

    /// <summary>Returns once the answer is on disk.</summary>
    /// <exception cref="IOException">It is not, but it is known until the end of the process.</exception>
    public void Complete(string key, GatewayReply reply)
    {
        using var held = gate.EnterScope();
        if (!entries.TryGetValue(key, out var entry))
        {
            return;
        }

        entries[key] = entry with { Reply = reply, IsRunning = false };
        Write(new JournalLine(key, null, null, null) { Reply = Kept(reply) });
    }

    private bool Take(string line)
    {
        JournalLine? read;
        try
        {
            read = JsonSerializer.Deserialize(line, JournalJson.Default.JournalLine);
        }
        catch (JsonException)
        {
            return false;
        }

        switch (read)
        {
            case null:
                return false;
            case { Since: { } since }:
                Seals.RememberSince(since);
                Seals.Forgot(read.Forgotten ?? 0);
                return true;
            case { Reply: { } reply } when entries.TryGetValue(read.Key, out var entry):
                entries[read.Key] = entry with { Reply = reply, IsRunning = false };
                return true;
            case { Fingerprint: { } fingerprint }:
                Remember(read.Key, new Entry(fingerprint, read.Reply, IsRunning: false));
                break;
        }

        if (read is { Seal: { } seal, SealUntil: { } until })
        {
            Seals.Add(seal, until);
        }

        return true;
    }

    private void Remember(string key, Entry entry)
    {
        if (entries.TryAdd(key, entry))
        {
            order.Enqueue(key);
        }
        else
        {
            entries[key] = entry;
        }

        for (var checks = order.Count; entries.Count > AnswersMax && checks > 0; checks--)
        {
            var oldest = order.Dequeue();
            if (entries.TryGetValue(oldest, out var old) && old.IsRunning)
            {
                order.Enqueue(oldest);
            }
            else
            {
                entries.Remove(oldest);
            }
        }
    }

    private void Write(JournalLine line)
    {
        file.Append(JsonSerializer.Serialize(line, JournalJson.Default.JournalLine));
        if (file.Length > compactAt)
        {
            file.Replace(Lines());
            compactAt = Math.Max(CompactBeyond, 2 * file.Length);
        }
    }

    private IEnumerable<string> Lines() => new[]
        {
            new JournalLine("", null, null, null) { Since = Seals.RememberedSince, Forgotten = Seals.ForgottenUntil },
        }.Concat(Seals.Entries.Select(used => new JournalLine("", null, used.Key, used.Value))).Concat(order.Distinct().Where(entries.ContainsKey).Select(key => new JournalLine(key, entries[key].Fingerprint, null, null) { Reply = entries[key].Reply is { } reply ? Kept(reply) : null })).Select(line => JsonSerializer.Serialize(line, JournalJson.Default.JournalLine));

    /// <summary>Results are read again from the rack, and not kept.</summary>
    private static GatewayReply Kept(GatewayReply reply) =>
        reply.Result.Length == 0 ? reply : reply with { Result = "" };
}

/// <summary>What is known of a request.</summary>
public enum Known
{
    No,

    /// <summary>The same correlation data, and another request.</summary>
    Different,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It was taken on, and the process ended before its answer.</summary>
    Interrupted,

    Answered,
}

internal sealed record JournalLine(string Key, string? Fingerprint, string? Seal, long? SealUntil)
{
    public GatewayReply? Reply { get; init; }

    public long? Since { get; init; }

    public long? Forgotten { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true
)]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
