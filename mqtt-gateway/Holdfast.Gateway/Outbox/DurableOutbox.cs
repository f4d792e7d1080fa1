namespace Holdfast.Gateway.Outbox;

/// <summary>
/// A durable queue of MQTT messages in files of packed batches, on one disk budget.
///
/// Terms: a <c>segment</c> is a file of frames; a <c>frame</c> is a batch of messages, or a <see cref="Checkpoint"/>; a <c>reader</c> is one way out
/// with its own acknowledgements (<see cref="OutboxFeed"/>); the <c>source</c> is the producer's own number, by which it knows what it has handed over.
/// It guarantees: what <see cref="Write"/> took is on disk. A number is given once. Alarms, audit and records of gaps are never dropped, except for a
/// reader whose broker is gone for too long what another has (<see cref="Thinning"/>); what else is dropped for the budget, or lost to the disk, is told of in signed records that lie among the messages themselves. A torn tail is cut. Memory
/// is bounded by the number of segments. Wall clocks inform and order nothing.
/// When it is full it says so and takes nothing: the producer keeps it. Thread-safe.
/// </summary>
public sealed partial class DurableOutbox
{
    private const string BallastName = "ballast";

    private readonly Lock gate = new();
    private readonly IDurableFolder folder;
    private readonly OutboxLimits limits;
    private readonly GapSigner signer;
    private readonly string gapTopic;
    private readonly List<Segment> segments = [];
    private readonly Dictionary<string, SequenceRanges> acknowledged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<long>> held = new(StringComparer.Ordinal);
    private readonly List<Lost> untold = [];
    private readonly List<string> damage = [];
    private Dictionary<string, SequenceRanges> persisted = new(StringComparer.Ordinal);
    private long next = 1;
    private long source;
    private bool tailInDoubt;

    /// <param name="folder">Its own; other files in it are left alone.</param>
    /// <param name="signer">Signs records of gaps.</param>
    /// <param name="gapTopic">Where records of gaps are told.</param>
    /// <param name="readers">Those who must have a message before it may go; at least one. What others once acknowledged is forgotten.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public DurableOutbox(
        IDurableFolder folder,
        OutboxLimits? limits,
        GapSigner signer,
        string gapTopic,
        params IReadOnlyList<string> readers
    )
    {
        Invariant.Require(readers.Count > 0, "an outbox has somebody who reads it");
        (this.folder, this.limits, this.signer, this.gapTopic) = (
            folder,
            limits ?? new OutboxLimits(),
            signer,
            gapTopic
        );
        foreach (var reader in readers)
        {
            acknowledged[reader] = new SequenceRanges();
            held[reader] = [];
        }

        Stream = "";
        Recover();
    }

    /// <summary>Its name for life.</summary>
    public string Stream { get; private set; }

    /// <summary>In words what was found damaged.</summary>
    public IReadOnlyList<string> Damage
    {
        get
        {
            lock (gate)
            {
                return [.. damage];
            }
        }
    }

    /// <summary>In words why nothing, or only alarms, can be taken; null: all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>The sequence that comes next.</summary>
    public long End
    {
        get
        {
            lock (gate)
            {
                return next;
            }
        }
    }

    /// <summary>The producer's own number up to which everything is in here, or was.</summary>
    public long Source
    {
        get
        {
            lock (gate)
            {
                return source;
            }
        }
    }

    /// <summary>Of its files.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return segments.Sum(segment => segment.Length);
            }
        }
    }

    /// <summary>Bytes written to the folder since it was opened, all in all.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Bytes of the messages written, packed, without anything around them.</summary>
    public long BytesOfRecords { get; private set; }

    /// <summary>Messages that a reader's broker does not have yet, as far as they are still here.</summary>
    public long Waiting(string reader)
    {
        lock (gate)
        {
            var theirs = acknowledged[reader];
            return segments.Sum(segment =>
                theirs.ContainsAll(segment.First, segment.End - 1)
                    ? 0
                    : Math.Min(
                        segment.Summary.Counts.Total,
                        segment.End - segment.First - theirs.CountIn(segment.First, segment.End - 1)
                    )
            );
        }
    }

    private Dictionary<string, SequenceRanges> Copy() =>
        acknowledged.ToDictionary(
            pair => pair.Key,
            pair => SequenceRanges.FromFlat(ToWrite(pair.Value)),
            StringComparer.Ordinal
        );

    /// <summary>What is not written comes again as duplicates.</summary>
    private static long[] ToWrite(SequenceRanges theirs) => [.. theirs.ToFlat().Take(2 * RangesMax)];

    private static string InWords(Lost lost) => $"messages {lost.First} to {lost.Last} ({lost.Class}): {lost.Why}";
}
