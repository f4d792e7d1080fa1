namespace Holdfast.Hal;

/// <summary>What became of waking a node.</summary>
/// <param name="Seen">The node was seen up before the deadline.</param>
/// <param name="Attempts">How many times the call went out.</param>
/// <param name="Detail">In words why the node was not seen or the call could not be sent; empty when it was seen.</param>
public sealed record WakeOutcome(bool Seen, int Attempts, string Detail);

/// <summary>Wakes a node over the network.</summary>
public interface INodeWake
{
    /// <summary>Calls the node again and again until it is seen or the deadline passes.</summary>
    /// <param name="seen">Tells whether the node is up; asked between the calls.</param>
    /// <param name="deadline">How long to go on; more than zero.</param>
    Task<WakeOutcome> WakeAsync(
        Func<CancellationToken, Task<bool>> seen,
        TimeSpan deadline,
        CancellationToken cancellationToken
    );
}
