using System.Text.Json.Serialization;

namespace Holdfast.Firmware.Http;

/// <summary>The rack as one document. Shared with the command line, which reads what the API writes.</summary>
/// <param name="Rack">Its name.</param>
/// <param name="Time">The rack's wall clock, UTC.</param>
/// <param name="Version">Of the firmware.</param>
/// <param name="Power">Budget, battery and meters.</param>
/// <param name="Zones">In the order of the board file.</param>
/// <param name="Nodes">In the order of the board file.</param>
/// <param name="Alarms">What is wrong now, the most severe first.</param>
/// <param name="Gateway">The link to the broker.</param>
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

/// <summary>Where the rack's power comes from and how much may be used.</summary>
/// <param name="BudgetW">The most that the rack may draw, in W.</param>
/// <param name="ReservedW">What is counted against the budget now, in W.</param>
/// <param name="OnBattery">Null while unknown.</param>
/// <param name="Shedding">Nodes are being stopped to spare the battery.</param>
/// <param name="ChargePct">The battery's charge, 0 to 100; null while unknown.</param>
/// <param name="Meters">What each meter shows.</param>
internal sealed record PowerDocument(
    double BudgetW,
    double ReservedW,
    bool? OnBattery,
    bool Shedding,
    double? ChargePct,
    IReadOnlyList<MeterDocument> Meters
);

/// <summary>One meter.</summary>
/// <param name="Name">The sensor's name.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Role">grid, solar, battery or load.</param>
/// <param name="PowerW">In W towards the rack, for the load into it; negative the other way; null while unknown.</param>
/// <param name="Quality">good, stale, fault or absent.</param>
internal sealed record MeterDocument(string Name, string Label, string Role, double? PowerW, string Quality);

/// <summary>One volume of air with its own fans.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TemperatureC">The temperature that rules it, in °C; null while unknown.</param>
/// <param name="Quality">good, stale, fault or absent.</param>
/// <param name="DutyPct">What the fans were last told, 0 to 100.</param>
/// <param name="FanMode">auto, full or fixed.</param>
/// <param name="Failsafe">No good temperature is known: the fans run at least at their failsafe duty.</param>
/// <param name="Overheated">Too hot: its nodes are being stopped.</param>
/// <param name="Safety">Its safety inputs.</param>
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

/// <summary>One safety input.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Kind">door, leak or smoke.</param>
/// <param name="State">clear, active (door open, water or smoke found) or unknown.</param>
internal sealed record SafetyDocument(string Name, string Kind, string State);

/// <summary>One node, as it was observed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Zone">The zone that it heats.</param>
/// <param name="State">unknown, off, waking, on, stopping, fault or maintenance.</param>
/// <param name="Wanted">on, off, or null: as it is.</param>
/// <param name="Since">When it entered the state; null before the first observation.</param>
/// <param name="Reason">In words why it is in that state, where that is not plain; else empty.</param>
/// <param name="RackUnit">Its lowest rack unit, 1 at the bottom.</param>
/// <param name="Height">Rack units it fills.</param>
/// <param name="PowerMaxW">The most it draws, in W.</param>
/// <param name="CanWake">It answers magic packets.</param>
/// <param name="Machine">What its BMC says that it is; null before it was asked.</param>
internal sealed record NodeDocument(
    string Name,
    string Zone,
    string State,
    string? Wanted,
    DateTimeOffset? Since,
    string Reason,
    int RackUnit,
    int Height,
    double PowerMaxW,
    bool CanWake,
    MachineDocument? Machine
);

/// <summary>What was discovered about a node; empty text where its BMC does not say.</summary>
/// <param name="Manufacturer">Who made it.</param>
/// <param name="Product">The maker's name or number for it.</param>
/// <param name="Firmware">The version of the BMC's firmware.</param>
/// <param name="SystemId">Its GUID: another one is another machine.</param>
internal sealed record MachineDocument(string Manufacturer, string Product, string Firmware, string SystemId);

/// <summary>Something that is wrong now.</summary>
/// <param name="Subject">What it is about: a node, zone, sensor, fan, or the rack.</param>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Severity">info, warning, error or critical.</param>
/// <param name="Since">When it came.</param>
/// <param name="Text">What is wrong and what to do, for people.</param>
internal sealed record AlarmDocument(string Subject, string Code, string Severity, DateTimeOffset Since, string Text);

/// <summary>The link to the broker.</summary>
/// <param name="Connected">Whether the broker answers.</param>
/// <param name="Broker">Where it is.</param>
/// <param name="Waiting">Messages that it has not taken yet.</param>
/// <param name="Problem">Why measurements cannot be kept for it, as on a full disk; null while they can.</param>
internal sealed record GatewayDocument(bool Connected, string Broker, long Waiting, string? Problem);

/// <summary>One sensor and its latest reading.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Kind">temperature, fan_speed, power, voltage, current or charge.</param>
/// <param name="Zone">The zone it belongs to; null: the whole rack.</param>
/// <param name="Node">The node it belongs to; null: none.</param>
/// <param name="Role">For meters grid, solar, battery or load; else empty.</param>
/// <param name="Value">In the unit; null while unknown.</param>
/// <param name="Unit">The unit's symbol.</param>
/// <param name="Quality">good, stale, fault or absent.</param>
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

/// <summary>Something that happened.</summary>
/// <param name="Sequence">1 for the rack's first event, then one more each.</param>
/// <param name="Time">When it was recorded.</param>
/// <param name="Severity">info, warning, error or critical.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Text">What happened, for people.</param>
internal sealed record EventDocument(
    long Sequence,
    DateTimeOffset Time,
    string Severity,
    string Subject,
    string Code,
    string Text
);

/// <summary>What goes with a command to a node. A member that is not known is refused: a typo must not change the deadline.</summary>
/// <param name="DeadlineS">For how long to wait for the observed result, 1 to 3600; 300 where it is left out.</param>
/// <param name="Id">Chosen by the caller, so that the same request sent twice is carried out once; null: chosen here.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NodeCommandRequest(double? DeadlineS = null, string? Id = null);

/// <summary>How a zone's fans shall be driven.</summary>
/// <param name="Mode">auto, full or fixed.</param>
/// <param name="DutyPct">With fixed: 0 to 100.</param>
/// <param name="DeadlineS">For how long to wait for the observed result, 1 to 3600; 10 where it is left out.</param>
/// <param name="Id">As with a command to a node.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FanModeRequest(
    string? Mode = null,
    double? DutyPct = null,
    double? DeadlineS = null,
    string? Id = null
);

/// <summary>What is known about a command.</summary>
/// <param name="Id">The command's id.</param>
/// <param name="Stage">refused, accepted, done or failed.</param>
/// <param name="Observed">The state observed; empty where none was.</param>
/// <param name="Text">In words what became of it.</param>
internal sealed record CommandDocument(string Id, string Stage, string Observed, string Text);

/// <summary>Whether the controller works.</summary>
/// <param name="Status">ok.</param>
internal sealed record HealthDocument(string Status);

/// <summary>What the sign-in page sends.</summary>
/// <param name="Token">The access token of the data folder.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SignInRequest(string? Token = null);

/// <summary>An error, RFC 9457.</summary>
/// <param name="Type">A stable word for programs.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong here, and what helps.</param>
internal sealed record ProblemDocument(string Type, string Title, int Status, string Detail);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowDuplicateProperties = false
)]
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
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(ProblemDocument))]
// The parameters of queries, for the OpenAPI document.
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(long?))]
[JsonSerializable(typeof(double?))]
internal sealed partial class ApiJson : JsonSerializerContext;
