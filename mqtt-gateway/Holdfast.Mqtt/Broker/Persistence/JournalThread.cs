namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>
/// Writes a broker's journal to its disk, on a thread of its own: a flush takes as long as the disk wants. What comes meanwhile goes with the next one.
/// While the disk takes nothing it tries again every second, and says so once.
/// </summary>
internal sealed class JournalThread : IDisposable
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    private readonly JournalKeeper keeper;
    private readonly BrokerCore core;
    private readonly Lock gate;
    private readonly TimeProvider clock;
    private readonly Action<string> notice;
    private readonly SemaphoreSlim work = new(0, 1);
    private readonly Thread thread;
    private MonotonicTime failed;
    private bool isFailing;
    private volatile bool isEnding;

    public JournalThread(JournalKeeper keeper, BrokerCore core, Lock gate, TimeProvider clock, Action<string> notice)
    {
        (this.keeper, this.core, this.gate, this.clock, this.notice) = (keeper, core, gate, clock, notice);
        keeper.Journal.Wake = Wake;
        thread = new Thread(Run) { IsBackground = true, Name = "mqtt-journal" };
        thread.Start();
    }

    /// <summary>Looks for what is due. Under the broker's lock or not.</summary>
    public void Wake()
    {
        lock (work)
        {
            if (work.CurrentCount == 0)
            {
                work.Release();
            }
        }
    }

    /// <summary>Writes what is left. Only when nothing more can come.</summary>
    public void Dispose()
    {
        isEnding = true;
        Wake();
        thread.Join();
        work.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            work.Wait();
            var isEnd = isEnding;
            while (TryStep(isEnd)) { }

            if (isEnd)
            {
                return;
            }
        }
    }

    /// <summary>One flush; false: nothing is left, or the disk takes nothing.</summary>
    private bool TryStep(bool isEnd)
    {
        if (isFailing && !isEnd && clock.Now - failed < RetryPeriod)
        {
            return false;
        }

        lock (gate)
        {
            if (!keeper.Gather(core, clock.Now, isEnd))
            {
                return false;
            }
        }

        try
        {
            keeper.Write();
        }
        catch (IOException e)
        {
            Fail(e);
            return false;
        }

        lock (gate)
        {
            keeper.Finish(core);
        }

        if (isFailing)
        {
            isFailing = false;
            notice("the disk takes messages again");
        }

        return true;
    }

    private void Fail(IOException e)
    {
        failed = clock.Now;
        lock (gate)
        {
            keeper.Fail(core, failed);
        }

        if (!isFailing)
        {
            isFailing = true;
            notice(
                $"the disk takes nothing ({e.Message}): messages with QoS 1 and 2, and sessions that last, are refused until it does; make room for the data folder"
            );
        }
    }
}
