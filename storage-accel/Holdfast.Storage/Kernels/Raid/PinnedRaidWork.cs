namespace Holdfast.Storage.Kernels.Raid;

/// <summary>An operation on buffers of the caller's: done only where no written one overlaps another.</summary>
internal unsafe struct PinnedRaidWork<TWork>(TWork work, int data, int count, nint length) : IPinnedWork
    where TWork : struct, IRaidWork
{
    private TWork work = work;

    public readonly TWork Work => work;

    public bool Overlapping { get; private set; }

    public void Run(byte** shards)
    {
        for (var written = 0; written < count && !Overlapping; written++)
        {
            Overlapping = work.Writes(written) && OverlapsAnother(shards, written);
        }

        if (!Overlapping)
        {
            work.Run(shards, data, length);
        }
    }

    private readonly bool OverlapsAnother(byte** shards, int written)
    {
        for (var other = 0; other < count; other++)
        {
            if (other != written && ShardBounds.Overlap(shards[other], shards[written], length))
            {
                return true;
            }
        }

        return false;
    }
}
