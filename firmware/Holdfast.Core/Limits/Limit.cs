namespace Holdfast.Core;

/// <summary>An upper bound and why it is what it is; the reason is told to whoever runs into it.</summary>
/// <param name="Name">What is bounded, in words: "power budget".</param>
/// <param name="Max">The largest value allowed.</param>
/// <param name="Reason">Why, in words that a technician understands.</param>
public readonly record struct Limit<T>(string Name, T Max, string Reason)
    where T : IComparable<T>
{
    public bool Allows(T value) => value.CompareTo(Max) <= 0;

    /// <summary>The sentence for a value beyond the limit.</summary>
    public string Refusal(T value) => $"{value} would pass the {Name} of {Max}: {Reason}";
}
