namespace Holdfast.Gateway.Outbox;

/// <summary>
/// An outbox's files as somebody else may look at them, who changes nothing: of a rack that runs or not. What is being written meanwhile may be missing.
/// </summary>
public sealed class OutboxInspection
{
    private readonly IDurableFolder folder;
    private readonly List<string> names;

    /// <exception cref="IOException">The folder cannot be read.</exception>
    public OutboxInspection(IDurableFolder folder)
    {
        this.folder = folder;
        names = [.. folder.List().Where(name => SegmentFile.FirstOf(name) is not null)];
        foreach (
            var checkpoint in Frames().Where(frame => frame.Header.Kind == FrameKind.Checkpoint).Select(CheckpointIn)
        )
        {
            Note(checkpoint);
        }
    }

    /// <summary>Empty where nothing was written yet.</summary>
    public string Stream { get; private set; } = "";

    /// <summary>What it may fill of the disk; null: it has not said.</summary>
    public long? BudgetBytes { get; private set; }

    public long Bytes => names.Sum(folder.Length);

    /// <summary>Frames whose content is damaged, and what they held.</summary>
    public IReadOnlyList<string> Damage { get; private set; } = [];

    /// <summary>What each reader's broker is known to have. A running rack knows more than it has written down.</summary>
    public IReadOnlyDictionary<string, SequenceRanges> Readers => readers;

    private readonly Dictionary<string, SequenceRanges> readers = new(StringComparer.Ordinal);

    /// <summary>All messages in the files, in order, delivered ones too.</summary>
    public IEnumerable<OutboxMessage> Messages()
    {
        var damage = new List<string>();
        foreach (var frame in Frames().Where(frame => frame.Header.Kind == FrameKind.Messages))
        {
            if (frame.Messages() is not { } batch)
            {
                damage.Add($"messages {frame.Header.First} to {frame.Header.End - 1} are damaged");
                Damage = damage;
                continue;
            }

            foreach (var one in batch)
            {
                yield return one;
            }
        }
    }

    /// <summary>Whether some reader's broker does not have it, as far as is written down.</summary>
    public bool IsWaiting(OutboxMessage one) =>
        readers.Count == 0 || readers.Values.Any(theirs => !theirs.Contains(one.Sequence));

    private IEnumerable<FoundFrame> Frames() =>
        names
            .Where(folder.Exists)
            .SelectMany(name => SegmentFile.Scan(SegmentFile.ReadAll(folder, name)).Where(IsThere));

    /// <summary>A write that is under way is not there yet.</summary>
    private static bool IsThere(FoundFrame frame) => frame.Content.Length == frame.Header.Stored;

    private static Checkpoint? CheckpointIn(FoundFrame frame) => Checkpoint.Of(frame.Header, frame.Content);

    private void Note(Checkpoint? checkpoint)
    {
        Stream = checkpoint?.Stream ?? Stream;
        BudgetBytes = checkpoint is { Budget: > 0 } ? checkpoint.Budget : BudgetBytes;
        foreach (var (reader, flat) in checkpoint?.Readers ?? [])
        {
            if (!readers.TryGetValue(reader, out var theirs))
            {
                readers[reader] = theirs = new SequenceRanges();
            }

            theirs.AddAll(SequenceRanges.FromFlat(flat));
        }
    }
}
