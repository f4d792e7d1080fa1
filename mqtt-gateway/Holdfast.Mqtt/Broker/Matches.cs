namespace Holdfast.Mqtt.Broker;

/// <summary>What takes in a topic; to be cleared and used again.</summary>
internal sealed class Matches
{
    public List<(Session Session, HeldSubscription Subscription)> Own { get; } = [];

    public List<SharedGroup> Shared { get; } = [];

    public void Clear()
    {
        Own.Clear();
        Shared.Clear();
    }
}
