namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>An edge node for several tasks; nothing that waits or calls the client runs under its lock.</summary>
internal sealed class GuardedEdge(SparkplugEdge edge)
{
    private readonly Lock gate = new();

    public T Ask<T>(Func<SparkplugEdge, T> decide)
    {
        lock (gate)
        {
            return decide(edge);
        }
    }

    public void Tell(Action<SparkplugEdge> change)
    {
        lock (gate)
        {
            change(edge);
        }
    }
}
