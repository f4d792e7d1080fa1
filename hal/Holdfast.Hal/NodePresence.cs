namespace Holdfast.Hal;

/// <summary>Whether a node's operating system answers on the network.</summary>
public enum Presence
{
    /// <summary>It could not be asked.</summary>
    Unknown,

    /// <summary>It was asked and did not answer. Says nothing about its power.</summary>
    Absent,
    Present,
}

/// <summary>Sees whether a node is up, from the network.</summary>
public interface INodePresence
{
    /// <summary>Asks once; never throws for a node that does not answer.</summary>
    Task<Presence> ObserveAsync(CancellationToken cancellationToken);
}
