using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Shards;

/// <summary>Rebuilds pieces of stripes. The plan is kept while stripe after stripe lacks the same.</summary>
internal sealed class StripeRepair(ErasureCode code)
{
    private readonly int[] lost = new int[code.ParityShards];
    private readonly int[] survivors = new int[code.DataShards];
    private RebuildPlan? plan;

    /// <summary>Makes the wanted pieces that are not intact from those that are.</summary>
    /// <param name="buffer">With k intact pieces.</param>
    /// <param name="wanted">Indices of shards.</param>
    public void Rebuild(StripeBuffer buffer, IReadOnlyList<int> wanted)
    {
        var missing = 0;
        for (var i = 0; i < wanted.Count; i++)
        {
            if (!buffer.IsIntact(wanted[i]))
            {
                lost[missing++] = wanted[i];
            }
        }

        if (missing == 0)
        {
            return;
        }

        var left = 0;
        for (var shard = 0; left < survivors.Length; shard++)
        {
            if (buffer.IsIntact(shard))
            {
                survivors[left++] = shard;
            }
        }

        var now = lost.AsSpan(0, missing);
        if (plan is null || !IsSame(plan.Lost, now) || !IsSame(plan.Survivors, survivors))
        {
            plan = code.PlanRebuild(now, survivors);
        }

        plan.Rebuild(buffer.Pieces);
    }

    private static bool IsSame(IReadOnlyList<int> planned, ReadOnlySpan<int> now)
    {
        if (planned.Count != now.Length)
        {
            return false;
        }

        for (var i = 0; i < now.Length; i++)
        {
            if (planned[i] != now[i])
            {
                return false;
            }
        }

        return true;
    }
}
