using System.Globalization;

namespace Holdfast.Gateway.Outbox;

/// <summary>A segment made smaller, and the record of what it gave up in its place.</summary>
public sealed partial class DurableOutbox
{
    private bool TryRewrite(Segment segment, int level, DateTimeOffset now)
    {
        var messages = Undelivered(segment);
        var (kept, dropped) = Thinning.Apply(messages, level, recent.IsKnownSuperseded, IsElsewhere, IsHeld);
        InsertGaps(kept, dropped, level, now);
        var batches = BatchesOf(kept, segment);
        var own = new SegmentSummary(
            segment.First,
            segment.End,
            0,
            ClassCounts.Of(kept.Select(one => one.Class)),
            segment.Summary.FromMs,
            segment.Summary.ToMs,
            level
        );
        var content = WithHead(own, [.. batches.SelectMany(frame => frame)]);
        if (content.Length >= segment.Length)
        {
            segment.Summary = segment.Summary with { Level = level };
            return true;
        }

        try
        {
            folder.Replace(segment.Name, content);
        }
        catch (IOException e)
        {
            Problem = e.Message;
            return false;
        }

        BytesWritten += content.Length;
        segment.Summary = own with { Length = content.Length };
        segment.Version++;
        return true;
    }

    /// <summary>The length stands in the head, whose own length depends on it: with zeros behind it that ends.</summary>
    private byte[] WithHead(SegmentSummary own, byte[] body)
    {
        for (var room = SegmentFile.BlockBytes; ; room += SegmentFile.BlockBytes)
        {
            var summary = own with { Length = room + body.Length };
            // What the readers have stands in newer segments.
            var head = new Checkpoint(Stream, own.First, 0, [], null, summary).ToFrame(own.First, limits.Quality);
            if (head.Length <= room)
            {
                var content = new byte[room + body.Length];
                head.CopyTo(content, 0);
                body.CopyTo(content, room);
                return content;
            }
        }
    }

    private List<OutboxMessage> Undelivered(Segment segment)
    {
        var messages = new List<OutboxMessage>();
        foreach (var frame in SegmentFile.Scan(SegmentFile.ReadAll(folder, segment.Name)))
        {
            if (frame.Header.Kind != FrameKind.Messages)
            {
                continue;
            }

            if (frame.Messages() is { } batch)
            {
                messages.AddRange(
                    batch.Where(one => !acknowledged.Values.All(theirs => theirs.Contains(one.Sequence)))
                );
            }
            else
            {
                Lose(SegmentRecovery.LostBatch(frame.Header));
            }
        }

        return messages;
    }

    /// <summary>The record takes the place of the first message that it tells of, or of the record that it replaces.</summary>
    private void InsertGaps(List<OutboxMessage> kept, List<OutboxMessage> dropped, int level, DateTimeOffset now)
    {
        foreach (var sum in Thinning.Sum(dropped, one => IdentityOf(one)))
        {
            var word = sum.Class.ToString().ToLowerInvariant();
            var before = kept.FindIndex(one => IsRecordOf(one, sum));
            var place = before >= 0 ? kept[before].Sequence : dropped.First(one => Belongs(one, sum)).Sequence;
            var record = new GapRecord(
                string.Create(CultureInfo.InvariantCulture, $"{place}-{word}-{sum.Stream}"),
                sum.Stream,
                sum.First,
                sum.Last,
                word,
                sum.Count,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the outbox neared its budget of {limits.BudgetBytes / 1_000_000} MB ({InWords(level)})"
                ),
                sum.FromMs,
                sum.ToMs,
                now.ToUnixTimeMilliseconds()
            );
            if (before >= 0)
            {
                record = record.MergedWith(RecordIn(kept[before])!);
                kept.RemoveAt(before);
            }

            kept.Add(new OutboxMessage(place, MessageClass.Gap, now, Message(signer.Sign(record))));
        }

        kept.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
    }

    private static string InWords(int level) =>
        level == Thinning.GivenUp
            ? "another broker has them"
            : string.Create(CultureInfo.InvariantCulture, $"thinned to level {level}");

    private bool IsHeld(OutboxMessage one) => held.Values.Any(hands => hands.Contains(one.Sequence));

    private bool Belongs(OutboxMessage one, Dropped sum) =>
        one.Class == sum.Class && IdentityOf(one).Stream == sum.Stream;

    /// <summary>Of our own thinning, of the same class and stream, and in nobody's hands.</summary>
    private bool IsRecordOf(OutboxMessage one, Dropped sum) =>
        one.Class == MessageClass.Gap
        && !IsHeld(one)
        && RecordIn(one) is { } record
        && record.Key == signer.KeyId
        && record.Id
            == string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Sequence}-{sum.Class.ToString().ToLowerInvariant()}-{sum.Stream}"
            );

    private List<byte[]> BatchesOf(List<OutboxMessage> kept, Segment segment)
    {
        var frames = new List<byte[]>();
        var first = segment.First;
        for (var at = 0; at < kept.Count; at += limits.BatchMessages)
        {
            var part = kept[at..Math.Min(kept.Count, at + limits.BatchMessages)];
            var isLast = at + part.Count == kept.Count;
            var end = isLast ? segment.End : part[^1].Sequence + 1;
            frames.Add(Batch.Pack(part, first, end, 0, limits.Quality));
            first = end;
        }

        return frames;
    }

    private (string Stream, long Sequence) IdentityOf(OutboxMessage one)
    {
        var identity = MessageIdentity.Of(one.Message) ?? new MessageIdentity(Stream, one.Sequence);
        return (identity.Stream, identity.Sequence);
    }

    private static GapRecord? RecordIn(OutboxMessage one) => GapRecord.FromJson(one.Message.Payload.Span);

    private bool IsElsewhere(OutboxMessage one) => acknowledged.Values.Any(theirs => theirs.Contains(one.Sequence));
}
