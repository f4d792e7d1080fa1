using Holdfast.Storage.Kernels;

namespace Holdfast.Storage.Raid;

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
            var distance = shards[other] - shards[written];
            if (other != written && (ulong)(distance + length - 1) <= (ulong)(2 * (length - 1)))
            {
                return true;
            }
        }

        return false;
    }
}
