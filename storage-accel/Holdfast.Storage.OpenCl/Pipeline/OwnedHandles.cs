namespace Holdfast.Storage.OpenCl.Pipeline;

/// <summary>What was made one after the other and is released in reverse: also when making the next one fails.</summary>
internal sealed class OwnedHandles : IDisposable
{
    private readonly Stack<IDisposable> owned = new();

    public T Add<T>(T made)
        where T : IDisposable
    {
        owned.Push(made);
        return made;
    }

    public void Dispose()
    {
        while (owned.TryPop(out var last))
        {
            last.Dispose();
        }
    }
}
