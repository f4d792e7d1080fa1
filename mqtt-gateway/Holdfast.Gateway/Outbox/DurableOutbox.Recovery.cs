using System.Security.Cryptography;

namespace Holdfast.Gateway.Outbox;

/// <summary>What is on the disk, at the start.</summary>
public sealed partial class DurableOutbox
{
    private void Recover()
    {
        long[] firsts = [.. folder.List().Select(SegmentFile.FirstOf).OfType<long>()];
        var heads = firsts.Select(first => HeadOf(SegmentFile.NameOf(first))).ToArray();
        List<Checkpoint> checkpoints = [.. heads.OfType<Checkpoint>()];
        for (var i = 0; i < firsts.Length; i++)
        {
            var isNewest = i == firsts.Length - 1;
            var known = heads[i]?.Own ?? (isNewest ? null : heads[i + 1]?.Before);
            var name = SegmentFile.NameOf(firsts[i]);
            if (!isNewest && known is not null && known.First == firsts[i] && known.Length == folder.Length(name))
            {
                segments.Add(new Segment(known));
            }
            else
            {
                var found = SegmentRecovery.Read(SegmentFile.ReadAll(folder, name), firsts[i]);
                checkpoints.AddRange(found.Last is null ? [] : [found.Last]);
                source = Math.Max(source, found.Source);
                segments.Add(new Segment(found.Summary));
                untold.AddRange(found.Lost);
                RecoverTail(found, name, isNewest);
            }
        }

        Restore(checkpoints);
        FindMissing();
        damage.AddRange(untold.Select(InWords));
        MakeBallast();
    }

    private Checkpoint? HeadOf(string name) =>
        SegmentFile.ReadAt(folder, name, 0) is { Header.Kind: FrameKind.Checkpoint } frame
            ? Checkpoint.Of(frame.Header, frame.Content)
            : null;

    private void RecoverTail(SegmentRecovery found, string name, bool isNewest)
    {
        var length = folder.Length(name);
        if (isNewest)
        {
            if (length > found.Summary.Length)
            {
                folder.Truncate(name, found.Summary.Length);
            }

            // A killed process may have left its last messages in the system's memory only, and they are sent from now on.
            folder.Flush(name);
            next = found.Summary.End;
        }

        if (found.IsTailBad && isNewest)
        {
            // Numbers that may have been given are not given again.
            var skipped = new Lost(
                next,
                next + limits.BatchMessages - 1,
                limits.BatchMessages,
                "alarm+audit+state+metric",
                "the end of the log is damaged: these numbers were never given, or their messages are lost"
            );
            untold.Add(skipped);
            next = skipped.Last + 1;
        }
    }

    /// <summary>What one of them says was acknowledged was: none says what would not hold any more.</summary>
    private void Restore(List<Checkpoint> checkpoints)
    {
        Stream =
            checkpoints.Count > 0
                ? checkpoints[^1].Stream
                : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        source = checkpoints.Select(one => one.Source).Append(source).Max();
        foreach (var (reader, flat) in checkpoints.SelectMany(one => one.Readers))
        {
            if (acknowledged.TryGetValue(reader, out var theirs))
            {
                theirs.AddAll(SequenceRanges.FromFlat(flat));
            }
        }

        // What is older than the oldest file was delivered: nothing else goes.
        foreach (var theirs in acknowledged.Values)
        {
            theirs.Add(1, (segments.Count > 0 ? segments[0].First : 1) - 1);
        }

        var highest = acknowledged.Values.Max(theirs => theirs.All is [.., var range] ? range.Last : 0);
        var expected = checkpoints.Select(one => one.Next).Append(highest + 1).Max();
        if (expected > next && segments.Count > 0)
        {
            untold.Add(SegmentRecovery.LostBetween(next, expected + limits.BatchMessages - 1));
            next = expected + limits.BatchMessages;
        }

        persisted = Copy();
    }

    /// <summary>Segments that are not there although somebody still waits for them.</summary>
    private void FindMissing()
    {
        foreach (var (before, after) in segments.Zip(segments.Skip(1)))
        {
            var isDelivered = acknowledged.Values.All(theirs => theirs.ContainsAll(before.End, after.First - 1));
            if (before.End < after.First && !isDelivered)
            {
                untold.Add(SegmentRecovery.LostBetween(before.End, after.First - 1));
            }
        }

        untold.RemoveAll(lost => acknowledged.Values.All(theirs => theirs.ContainsAll(lost.First, lost.Last)));
    }
}
