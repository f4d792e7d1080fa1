namespace Holdfast.Storage.Shards;

/// <summary>One way through a set, stripe after stripe: while one is worked on, the next is fetched.</summary>
internal static class StripePass
{
    /// <param name="all">Every shard is read, and not only k of them.</param>
    /// <param name="work">What is done with a stripe; it returns how the pass ends, or null: it goes on.</param>
    public static async Task<ShardOutcome> RunAsync(
        ShardSet set,
        StripeFetch fetch,
        bool all,
        Func<StripeBuffer, ValueTask<ShardOutcome?>> work,
        IProgress<long>? progress,
        CancellationToken cancel
    )
    {
        if (set.Stripes == 0)
        {
            return new(ShardEnd.Done, set, null, "");
        }

        var (current, next) = (new StripeBuffer(set.Layout), new StripeBuffer(set.Layout));
        var fetching = fetch.FillAsync(current, 0, all, cancel);
        for (long stripe = 0, done = 0; stripe < set.Stripes; stripe++)
        {
            await fetching;
            fetching = stripe + 1 < set.Stripes ? fetch.FillAsync(next, stripe + 1, all, cancel) : Task.CompletedTask;
            try
            {
                if (await work(current) is { } ended)
                {
                    return ended;
                }
            }
            finally
            {
                // Nobody may close a shard while it is read.
                await fetching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            done += set.SourceLengthOf(stripe);
            progress?.Report(done);
            (current, next) = (next, current);
        }

        return new(ShardEnd.Done, set, null, "");
    }
}
