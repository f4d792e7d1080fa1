namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>
/// Keeps a broker's journal in a log: many changes under one flush, the log rewritten when most of it is history.
///
/// It guarantees: what <see cref="IBrokerJournal.Durable"/> counts is on disk; a torn tail costs only what nobody was promised; a damaged record costs
/// what stands in it, which is told; the log is at most about five times what is alive, and 8 MiB. A step is <see cref="Gather"/> under the
/// broker's lock, <see cref="Write"/> outside it, <see cref="Finish"/> under it again.
/// </summary>
internal sealed class JournalKeeper
{
    /// <summary>Of a record where a boundary allows it: what one damaged place may cost.</summary>
    private const int RecordBytes = 64 * 1024;

    /// <summary>Of what is rewritten in one step, so that nobody waits long for the lock.</summary>
    private const int RestateBytes = 64 * 1024;

    /// <summary>How old a retained message with QoS 0 may be after a crash.</summary>
    private static readonly TimeSpan CasualPeriod = TimeSpan.FromSeconds(10);

    private readonly RecordLog log;
    private readonly long rewriteAfter;
    private readonly List<int> starts = [];
    private EntryWriter spare = new();
    private EntryWriter taken = new();
    private Restating? restating;
    private long position;
    private long grown;
    private long rewritten;
    private MonotonicTime casualWritten;
    private bool isTaken;
    private bool isAppended;

    private JournalKeeper(RecordLog log, BrokerJournal journal, BrokerImage image, long rewriteAfter)
    {
        (this.log, Journal, Image, this.rewriteAfter) = (log, journal, image, rewriteAfter);
        Bytes = log.Bytes;
        grown = log.Bytes;
    }

    public BrokerJournal Journal { get; }

    /// <summary>What the log held when it was opened.</summary>
    public BrokerImage Image { get; }

    /// <summary>In words what of it was damaged.</summary>
    public IReadOnlyList<string> Damage { get; private init; } = [];

    /// <summary>Of the log, in bytes, as of the last <see cref="Finish"/>.</summary>
    public long Bytes { get; private set; }

    /// <param name="recordBytesMax">Of the largest packet and all that goes with it.</param>
    /// <param name="rewriteAfter">Bytes that the log may grow before it is looked at.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static JournalKeeper Open(
        IDurableFolder folder,
        TimeProvider clock,
        int recordBytesMax,
        long rewriteAfter = 8 * 1024 * 1024
    )
    {
        var limits = new RecordLogLimits { RecordBytesMax = recordBytesMax, SegmentBytes = rewriteAfter / 2 };
        var log = new RecordLog(folder, limits);
        var image = new BrokerImage();
        var reader = new EntryReader(image, clock.Now, clock.GetUtcNow());
        var damage = new List<string>(log.Damage);
        foreach (var record in log.Read(log.FirstSequence))
        {
            if (!reader.TryRead(record.Payload))
            {
                damage.Add($"record {record.Sequence} holds what this version does not know");
            }
        }

        var journal = new BrokerJournal(image, deadline => clock.GetUtcNow() + (deadline - clock.Now));
        return new JournalKeeper(log, journal, image, rewriteAfter) { Damage = damage };
    }

    /// <summary>Takes what changed, and goes on rewriting. False: there is nothing to write.</summary>
    /// <param name="isEnd">The last time: what can wait does not.</param>
    public bool Gather(BrokerCore core, MonotonicTime now, bool isEnd = false)
    {
        if (isTaken)
        {
            return true;
        }

        if (isEnd || now - casualWritten >= CasualPeriod)
        {
            Journal.WriteCasual();
            casualWritten = now;
        }

        Restate(core);
        if (Journal.PendingBytes == 0)
        {
            return false;
        }

        position = Journal.Position;
        taken = Journal.Take(spare, starts);
        isTaken = true;
        return true;
    }

    /// <summary>Returns once what was gathered is on disk; after a failure it can be called again.</summary>
    /// <exception cref="IOException">It is not; nothing may be promised.</exception>
    public void Write()
    {
        if (!isAppended)
        {
            Append();
            isAppended = true;
        }

        log.Commit();
        if (restating is { IsDone: true } done)
        {
            restating = null;
            log.DropBefore(done.Start);
        }
    }

    public void Finish(BrokerCore core)
    {
        (isTaken, isAppended) = (false, false);
        Journal.Commit(position);
        Journal.IsAccepting = true;
        Bytes = log.Bytes;
        core.Committed();
    }

    /// <summary>The disk takes nothing.</summary>
    public void Fail(BrokerCore core, MonotonicTime now)
    {
        Journal.IsAccepting = false;
        core.GiveUpPromises(now);
    }

    private void Append()
    {
        var start = 0;
        for (var i = 0; i <= starts.Count; i++)
        {
            var end = i < starts.Count ? starts[i] : taken.Length;
            var next = i + 1 < starts.Count ? starts[i + 1] : taken.Length;
            if (end > start && (next - start > RecordBytes || i == starts.Count))
            {
                log.Append(taken.Written[start..end]);
                start = end;
            }
        }

        grown += taken.Length;
        starts.Clear();
        taken.Clear();
        spare = taken;
    }

    private void Restate(BrokerCore core)
    {
        if (restating is null && grown > Math.Max(rewriteAfter, 4 * rewritten))
        {
            var (sessions, retained) = core.Kept;
            restating = new Restating(log.LastSequence + 1, sessions, retained);
            (grown, rewritten) = (0, 0);
        }

        if (restating is { IsDone: false })
        {
            var before = Journal.PendingBytes;
            while (!restating.IsDone && Journal.PendingBytes - before < RestateBytes)
            {
                restating.Step(Journal, core.IsRetained);
            }

            rewritten += Journal.PendingBytes - before;
        }
    }
}
