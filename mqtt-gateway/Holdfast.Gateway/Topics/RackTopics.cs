using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Topics;

/// <summary>
/// The rack's topics and what stands in their messages (docs/mqtt.md). Last states are retained; every message carries the attributes of
/// CloudEvents 1.0 as user properties, its id the same whenever the same thing is sent again.
/// </summary>
public sealed class RackTopics(RackId rack)
{
    private const string Json = "application/json";

    /// <summary>People read along with mosquitto_sub: °C stays °C, and what is escaped for HTML only is not.</summary>
    private static readonly TopicJson Form = new(
        new JsonSerializerOptions(TopicJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    private readonly string root = $"rack/{rack}";

    public RackId Rack => rack;

    public string Events => $"{root}/event";

    /// <summary>Signed records of messages that will not come.</summary>
    public string Gaps => $"{root}/gap";

    /// <summary>All commands to this rack.</summary>
    public string CommandFilter => $"{root}/+/command/+";

    /// <summary>Says that the controller is there, or as last will that it is gone.</summary>
    public MqttMessage Controller(bool online, DateTimeOffset time) =>
        Message(
            $"{root}/controller/state",
            new StatePayload(online ? "online" : "offline", null, time),
            Form.StatePayload,
            "controller.state",
            $"{rack}-controller-{Stamp(time)}",
            time
        ) with
        {
            Retain = true,
            Qos = MqttQos.AtLeastOnce,
        };

    public MqttMessage Of(Telemetry telemetry, DateTimeOffset time)
    {
        var topic = $"{root}/{telemetry.Device}/{telemetry.Measurement}";
        var type = telemetry.Reading is null ? "state" : "measurement";
        var id = $"{rack}-{telemetry.Device}-{telemetry.Measurement}-{Stamp(time)}";
        var message = telemetry.Reading is { } reading
            ? Message(topic, MeasurementPayload.Of(reading, time), Form.MeasurementPayload, type, id, time)
            : Message(
                topic,
                new StatePayload(telemetry.State, telemetry.Reason.Length > 0 ? telemetry.Reason : null, time),
                Form.StatePayload,
                type,
                id,
                time
            );
        return message with
        {
            Retain = true,
            Qos = telemetry.Reading is null ? MqttQos.AtLeastOnce : MqttQos.AtMostOnce,
        };
    }

    /// <summary>An event; its id is the same at every delivery, so that a consumer can drop the second.</summary>
    public MqttMessage Of(RackEvent happened) =>
        Message(
            Events,
            new EventPayload(
                happened.Sequence,
                happened.Time,
                happened.Severity.ToString().ToLowerInvariant(),
                happened.Subject,
                happened.Code,
                happened.Text
            ),
            Form.EventPayload,
            "event",
            string.Create(CultureInfo.InvariantCulture, $"{rack}-{happened.Sequence}"),
            happened.Time
        ) with
        {
            Qos = MqttQos.AtLeastOnce,
        };

    /// <summary>A document of a twin, retained.</summary>
    /// <param name="device">The node's name; empty: the rack's own twin.</param>
    /// <param name="which">desired or reported.</param>
    public MqttMessage Twin(string device, string which, long version, byte[] payload, DateTimeOffset time)
    {
        var of = device.Length > 0 ? $"/{device}" : "";
        var id = string.Create(CultureInfo.InvariantCulture, $"{rack}{of.Replace('/', '-')}-twin-{which}-{version}");
        return Message($"{root}{of}/twin/{which}", payload, $"twin.{which}", id, time) with
        {
            Retain = true,
            Qos = MqttQos.AtLeastOnce,
        };
    }

    private MqttMessage Message<T>(
        string topic,
        T payload,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> form,
        string type,
        string id,
        DateTimeOffset time
    ) => Message(topic, JsonSerializer.SerializeToUtf8Bytes(payload, form), type, id, time);

    private MqttMessage Message(string topic, byte[] payload, string type, string id, DateTimeOffset time) =>
        new(topic, payload)
        {
            ContentType = Json,
            UserProperties =
            [
                new("specversion", "1.0"),
                new("id", id),
                new("source", $"/{root}"),
                new("type", $"holdfast.{type}"),
                new("time", time.ToString("O", CultureInfo.InvariantCulture)),
            ],
        };

    private static string Stamp(DateTimeOffset time) =>
        time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}

internal sealed record StatePayload(string State, string? Reason, DateTimeOffset Time);

/// <param name="Value">Null where it is not known.</param>
internal sealed record MeasurementPayload(double? Value, string Unit, string Quality, DateTimeOffset Time)
{
    public static MeasurementPayload Of(Reading reading, DateTimeOffset time) =>
        new(
            reading.IsGood ? Math.Round(reading.Value, 2) : null,
            reading.Unit.Symbol(),
            reading.Quality.ToString().ToLowerInvariant(),
            time
        );
}

internal sealed record EventPayload(
    long Sequence,
    DateTimeOffset Time,
    string Severity,
    string Subject,
    string Code,
    string Text
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never
)]
[JsonSerializable(typeof(StatePayload))]
[JsonSerializable(typeof(MeasurementPayload))]
[JsonSerializable(typeof(EventPayload))]
internal sealed partial class TopicJson : JsonSerializerContext;
