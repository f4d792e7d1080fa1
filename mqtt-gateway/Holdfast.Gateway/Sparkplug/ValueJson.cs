using System.Globalization;
using System.Text.Json;
using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug;

/// <summary>Metrics and what they hold as JSON for people. Numbers that JSON has no word for become text.</summary>
internal static class ValueJson
{
    public static string Time(ulong stamp) =>
        PayloadCodec
            .Time(stamp, DateTimeOffset.UnixEpoch)
            .ToString("yyyy-MM-ddTHH:mm:ss.fffK", CultureInfo.InvariantCulture);

    /// <param name="born">What its birth said of its alias; null: not known.</param>
    public static void Write(Utf8JsonWriter json, Metric metric, (string Name, DataType Type)? born)
    {
        var type = metric.HasDatatype ? (DataType)metric.Datatype : born?.Type ?? DataType.Unknown;
        json.WriteStartObject();
        if ((metric.HasName ? metric.Name : born?.Name) is { } name)
        {
            json.WriteString("name", name);
        }

        if (metric.HasAlias)
        {
            json.WriteNumber("alias", metric.Alias);
        }

        if (metric.HasTimestamp)
        {
            json.WriteString("timestamp", Time(metric.Timestamp));
        }

        if (type != DataType.Unknown)
        {
            json.WriteString("type", type.ToString());
        }

        if (metric.IsHistorical)
        {
            json.WriteBoolean("is_historical", true);
        }

        if (metric.IsTransient)
        {
            json.WriteBoolean("is_transient", true);
        }

        json.WritePropertyName("value");
        Write(json, MetricValues.Get(metric, type));
        if (metric.Properties is { Keys.Count: > 0 } properties)
        {
            json.WritePropertyName("properties");
            Write(json, properties);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case float number:
                Write(json, (double)number, number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                Write(json, number, number.ToString(CultureInfo.InvariantCulture));
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case Array items:
                WriteAll(json, items.Cast<object?>());
                break;
            case DataSet set:
                Write(json, set);
                break;
            case Template template:
                Write(json, template);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, double number, string text)
    {
        if (double.IsFinite(number))
        {
            json.WriteRawValue(text);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    private static void WriteAll(Utf8JsonWriter json, IEnumerable<object?> values)
    {
        json.WriteStartArray();
        foreach (var value in values)
        {
            Write(json, value);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, PropertySet set)
    {
        json.WriteStartObject();
        foreach (var (key, value) in set.Keys.Zip(set.Values))
        {
            json.WritePropertyName(key);
            switch (value.ValueCase)
            {
                case PropertyValue.ValueOneofCase.PropertysetValue:
                    Write(json, value.PropertysetValue);
                    break;
                case PropertyValue.ValueOneofCase.PropertysetsValue:
                    json.WriteStartArray();
                    foreach (var inner in value.PropertysetsValue.Propertyset)
                    {
                        Write(json, inner);
                    }

                    json.WriteEndArray();
                    break;
                default:
                    Write(json, value.IsNull ? null : BasicValues.Of(value));
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DataSet set)
    {
        json.WriteStartObject();
        json.WritePropertyName("columns");
        WriteAll(json, set.Columns);
        json.WriteStartArray("rows");
        foreach (var row in set.Rows)
        {
            WriteAll(json, BasicValues.Of(set, row));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Template template)
    {
        json.WriteStartObject();
        json.WriteBoolean("is_definition", template.IsDefinition);
        if (template.HasTemplateRef)
        {
            json.WriteString("template_ref", template.TemplateRef);
        }

        if (template.HasVersion)
        {
            json.WriteString("version", template.Version);
        }

        json.WriteStartArray("metrics");
        foreach (var metric in template.Metrics)
        {
            Write(json, metric, null);
        }

        json.WriteEndArray();
        json.WriteStartObject("parameters");
        foreach (var parameter in template.Parameters)
        {
            json.WritePropertyName(parameter.Name);
            Write(json, BasicValues.Of(parameter));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
