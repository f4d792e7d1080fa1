namespace Holdfast.Storage.Shards;

/// <summary>Operations that run at once. Every one is waited for, whatever becomes of the others: their memory is used again.</summary>
/// <param name="most">How many run at once.</param>
internal sealed class Together<T>(int most)
{
    private readonly ValueTask<T>[] running = new ValueTask<T>[most];
    private readonly T[] results = new T[most];
    private int count;

    public void Add(ValueTask<T> operation) => running[count++] = operation;

    /// <returns>The results in the order of the operations; good until the next are added.</returns>
    /// <exception cref="OperationCanceledException">Some were cancelled; all have ended.</exception>
    public async Task<ReadOnlyMemory<T>> FinishAsync()
    {
        OperationCanceledException? cancelled = null;
        for (var i = 0; i < count; i++)
        {
            try
            {
                results[i] = await running[i];
            }
            catch (OperationCanceledException e)
            {
                cancelled = e;
            }
        }

        var finished = results.AsMemory(0, count);
        count = 0;
        return cancelled is null
            ? finished
            : throw new OperationCanceledException(cancelled.Message, cancelled, cancelled.CancellationToken);
    }
}
