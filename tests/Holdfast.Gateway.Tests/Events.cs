namespace Holdfast.Gateway.Tests;

/// <summary>Events as a rack would record them.</summary>
internal static class Events
{
    public static readonly DateTimeOffset Time = new(2031, 5, 6, 7, 8, 9, 120, TimeSpan.Zero);

    public static RackEvent Of(long sequence) =>
        new(
            sequence,
            Time.AddSeconds(sequence),
            Severity.Info,
            "n1",
            "node-on",
            $"n1 is on, for the {sequence}th time."
        );

    public static IReadOnlyList<RackEvent> Of(long first, long last) =>
        [.. Enumerable.Range((int)first, (int)(last - first + 1)).Select(sequence => Of(sequence))];
}
