using Holdfast.Gateway.Outbox;

namespace Holdfast.Gateway.Bridge;

/// <summary>What a bridge carries where.</summary>
/// <param name="Id">The bridge's name: unique among all that a message can pass.</param>
/// <param name="Up">From the local broker to the upstream ones; the first rule that matches holds.</param>
/// <param name="Down">The other way.</param>
public sealed record BridgePlan(string Id, IReadOnlyList<UpRule> Up, IReadOnlyList<DownRule> Down);

/// <param name="Filter">Local topics.</param>
/// <param name="Class">What may become of the messages when the disk is full (MQTT has no word for it); states are retained upstream.</param>
/// <param name="Remove">A prefix of the local topic that upstream does not have.</param>
/// <param name="Add">A prefix that upstream has instead.</param>
public sealed record UpRule(string Filter, MessageClass Class, string Remove = "", string Add = "");

/// <param name="Filter">Upstream topics.</param>
public sealed record DownRule(string Filter, string Remove = "", string Add = "");
