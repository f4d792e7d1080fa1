namespace Holdfast.Gateway.Twin;

/// <summary>
/// One property of a desired document, and when and by whom it was last set. Merging takes of two the one that was set later; of two of the
/// same time the one whose origin, then whose value is greater in ordinal order: so both sides come to the same, whatever the order.
/// </summary>
/// <param name="Path">A JSON Pointer (RFC 6901): <c>/power</c>, <c>/zones/zone-a/fan_mode</c>.</param>
/// <param name="Value">JSON text; <c>{}</c>: an object is there, its members are properties of their own; null: it was deleted.</param>
/// <param name="Time">Milliseconds since 1970, and more than any that was known to who set it.</param>
/// <param name="By">The side that set it: <c>rack</c>, or the name of a replica.</param>
public sealed record TwinProperty(string Path, string? Value, long Time, string By)
{
    public bool IsObject => Value == "{}";

    /// <summary>The earlier first; of a document's properties an object before its members.</summary>
    public static int Compare(TwinProperty a, TwinProperty b)
    {
        var byTime = a.Time.CompareTo(b.Time);
        var byOrigin = byTime != 0 ? byTime : string.CompareOrdinal(a.By, b.By);
        var byPath = byOrigin != 0 ? byOrigin : string.CompareOrdinal(a.Path, b.Path);
        return byPath != 0 ? byPath : string.CompareOrdinal(a.Value, b.Value);
    }
}
