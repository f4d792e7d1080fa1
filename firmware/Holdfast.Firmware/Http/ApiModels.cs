using System.Text.Json.Serialization;

namespace Holdfast.Firmware.Http;

/// <summary>The rack as one document.</summary>
/// <param name="Version">Of the firmware.</param>
internal sealed record RackDocument(
    string Rack,
    DateTimeOffset Time,
    string Version,
    PowerDocument Power,
    IReadOnlyList<ZoneDocument> Zones,
    IReadOnlyList<NodeDocument> Nodes,
    IReadOnlyList<AlarmDocument> Alarms,
    GatewayDocument Gateway
);

/// <param name="ReservedW">What is counted against the budget now.</param>
/// <param name="OnBattery">Null while unknown.</param>
/// <param name="ChargePct">Null while unknown.</param>
internal sealed record PowerDocument(
    double BudgetW,
    double ReservedW,
    bool? OnBattery,
    bool Shedding,
    double? ChargePct,
    IReadOnlyList<MeterDocument> Meters
);

internal sealed record MeterDocument(string Name, string Label, string Role, double? PowerW, string Quality);

internal sealed record ZoneDocument(
    string Name,
    double? TemperatureC,
    string Quality,
    double DutyPct,
    string FanMode,
    bool Failsafe,
    bool Overheated,
    IReadOnlyList<SafetyDocument> Safety
);

internal sealed record SafetyDocument(string Name, string Kind, string State);

/// <param name="State">unknown, off, waking, on, stopping, fault or maintenance.</param>
/// <param name="Wanted">on, off, or null: as it is.</param>
/// <param name="SinceS">Seconds of rack time in this state.</param>
internal sealed record NodeDocument(
    string Name,
    string Zone,
    string State,
    string? Wanted,
    double SinceS,
    string Reason,
    int RackUnit,
    int Height,
    double PowerMaxW,
    bool CanWake
);

internal sealed record AlarmDocument(string Subject, string Code, string Severity, DateTimeOffset Since, string Text);

internal sealed record GatewayDocument(bool Connected, string Broker, long Waiting);

/// <param name="AgeS">Seconds since it was read; null: never.</param>
internal sealed record SensorDocument(
    string Name,
    string Label,
    string Kind,
    string? Zone,
    string? Node,
    string Role,
    double? Value,
    string Unit,
    string Quality,
    double? AgeS
);

internal sealed record EventDocument(
    long Sequence,
    DateTimeOffset Time,
    string Severity,
    string Subject,
    string Code,
    string Text
);

/// <param name="DeadlineS">For how long to wait for the observed result, 1 to 3600; 300 where it is left out.</param>
/// <param name="Id">Chosen by the caller, so that the same request sent twice is carried out once; null: chosen here.</param>
internal sealed record NodeCommandRequest(double? DeadlineS, string? Id);

/// <param name="Mode">auto, full or fixed.</param>
/// <param name="DutyPct">With fixed: 0 to 100.</param>
internal sealed record FanModeRequest(string? Mode, double? DutyPct, double? DeadlineS, string? Id);

/// <param name="Stage">refused, accepted, done or failed.</param>
/// <param name="Observed">The state observed; empty where none was.</param>
internal sealed record CommandDocument(string Id, string Stage, string Observed, string Text);

internal sealed record HealthDocument(string Status);

internal sealed record ProblemDocument(string Type, string Title, int Status, string Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RackDocument))]
[JsonSerializable(typeof(IReadOnlyList<NodeDocument>))]
[JsonSerializable(typeof(IReadOnlyList<SensorDocument>))]
[JsonSerializable(typeof(IReadOnlyList<EventDocument>))]
[JsonSerializable(typeof(NodeDocument))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(NodeCommandRequest))]
[JsonSerializable(typeof(FanModeRequest))]
[JsonSerializable(typeof(CommandDocument))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ApiJson : JsonSerializerContext;
