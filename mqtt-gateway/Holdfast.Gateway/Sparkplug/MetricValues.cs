using System.Globalization;
using Google.Protobuf;
using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug;

/// <summary>
/// Puts values into metrics and takes them out again (§6.4.16). A value is a <see cref="bool"/>, <see cref="long"/> (signed types),
/// <see cref="ulong"/> (unsigned types and DateTime), <see cref="float"/>, <see cref="double"/>, <see cref="string"/>, <c>byte[]</c>, <see cref="DataSet"/>,
/// <see cref="Template"/> or, for the array types, an array of these; null is not known.
/// </summary>
internal static class MetricValues
{
    /// <summary>Sets the value, or that there is none.</summary>
    /// <exception cref="ArgumentException">The value is not of the type.</exception>
    public static void Set(Metric metric, DataType type, object? value)
    {
        metric.ClearValue();
        if (value is null)
        {
            metric.IsNull = true;
            return;
        }

        metric.ClearIsNull();
        switch (type)
        {
            case DataType.Int8 or DataType.Int16 or DataType.Int32:
                metric.IntValue = unchecked((uint)(int)Signed(value));
                break;
            case DataType.UInt8 or DataType.UInt16 or DataType.UInt32:
                metric.IntValue = (uint)Unsigned(value);
                break;
            case DataType.Int64:
                metric.LongValue = unchecked((ulong)Signed(value));
                break;
            case DataType.UInt64 or DataType.DateTime:
                metric.LongValue = Unsigned(value);
                break;
            case DataType.Float:
                metric.FloatValue = (float)value;
                break;
            case DataType.Double:
                metric.DoubleValue = (double)value;
                break;
            case DataType.Boolean:
                metric.BooleanValue = (bool)value;
                break;
            case DataType.String or DataType.Text or DataType.Uuid:
                metric.StringValue = (string)value;
                break;
            case DataType.Bytes or DataType.File:
                metric.BytesValue = ByteString.CopyFrom((byte[])value);
                break;
            case DataType.DataSet:
                metric.DatasetValue = (DataSet)value;
                break;
            case DataType.Template:
                metric.TemplateValue = (Template)value;
                break;
            case >= DataType.Int8Array and <= DataType.DateTimeArray:
                metric.BytesValue = ByteString.CopyFrom(PackedArrays.Write(type, (Array)value));
                break;
            default:
                throw new ArgumentException($"a metric cannot be of the type {type}", nameof(type));
        }
    }

    /// <summary>
    /// The value; null where it is null, missing, or not of the type. What the field on the wire is called does not matter where it
    /// can be understood: some senders put UInt32 into the long field.
    /// </summary>
    public static object? Get(Metric metric, DataType type) =>
        metric.IsNull
            ? null
            : metric.ValueCase switch
            {
                Metric.ValueOneofCase.IntValue => OfInteger(type, metric.IntValue),
                Metric.ValueOneofCase.LongValue => OfInteger(type, metric.LongValue),
                Metric.ValueOneofCase.FloatValue => OfFloat(type, metric.FloatValue),
                Metric.ValueOneofCase.DoubleValue => type is DataType.Double or DataType.Unknown
                    ? metric.DoubleValue
                    : null,
                Metric.ValueOneofCase.BooleanValue => type is DataType.Boolean or DataType.Unknown
                    ? metric.BooleanValue
                    : null,
                Metric.ValueOneofCase.StringValue => type
                    is DataType.String
                        or DataType.Text
                        or DataType.Uuid
                        or DataType.Unknown
                    ? metric.StringValue
                    : null,
                Metric.ValueOneofCase.BytesValue => OfBytes(type, metric.BytesValue),
                Metric.ValueOneofCase.DatasetValue => type is DataType.DataSet or DataType.Unknown
                    ? metric.DatasetValue
                    : null,
                Metric.ValueOneofCase.TemplateValue => type is DataType.Template or DataType.Unknown
                    ? metric.TemplateValue
                    : null,
                _ => null,
            };

    /// <summary>An integer as its type says: signed ones are in two's complement of their field, or of 32 bits.</summary>
    public static object? OfInteger(DataType type, ulong value) =>
        type switch
        {
            DataType.Int8 => (long)unchecked((sbyte)value),
            DataType.Int16 => (long)unchecked((short)value),
            DataType.Int32 => (long)unchecked((int)value),
            DataType.Int64 => unchecked((long)value),
            DataType.UInt8 or DataType.UInt16 or DataType.UInt32 => value & uint.MaxValue,
            DataType.UInt64 or DataType.DateTime or DataType.Unknown => value,
            _ => null,
        };

    private static object? OfFloat(DataType type, float value) =>
        type switch
        {
            DataType.Double => (double)value,
            DataType.Float or DataType.Unknown => value,
            _ => null,
        };

    private static Array? OfBytes(DataType type, ByteString bytes) =>
        type switch
        {
            DataType.Bytes or DataType.File or DataType.Unknown => bytes.ToByteArray(),
            >= DataType.Int8Array and <= DataType.DateTimeArray => PackedArrays.Read(type, bytes.Span),
            _ => null,
        };

    private static long Signed(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static ulong Unsigned(object value) => Convert.ToUInt64(value, CultureInfo.InvariantCulture);
}
