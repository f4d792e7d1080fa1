namespace Holdfast.Core;

/// <summary>Something that happened in the rack, in plain words. Events never change.</summary>
/// <param name="Sequence">
/// 1 for the rack's first event, then one more each, with a gap only where the disk lost some; unique for the life of the rack's data.
/// </param>
/// <param name="Time">Wall-clock time of the board when it was recorded.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Subject">What it is about: the name of a node, zone, sensor or fan, or the rack's own.</param>
/// <param name="Code">A stable word for programs, kebab-case: "node-on", "zone-overheated".</param>
/// <param name="Text">What happened and, where somebody must act, what to do; for people.</param>
public sealed record RackEvent(
    long Sequence,
    DateTimeOffset Time,
    Severity Severity,
    string Subject,
    string Code,
    string Text
);
