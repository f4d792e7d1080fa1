using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug;

/// <summary>The values that stand in properties, data sets and parameters of templates; see <see cref="MetricValues"/>.</summary>
internal static class BasicValues
{
    public static object? Of(PropertyValue value) =>
        value.ValueCase switch
        {
            PropertyValue.ValueOneofCase.IntValue => MetricValues.OfInteger((DataType)value.Type, value.IntValue),
            PropertyValue.ValueOneofCase.LongValue => MetricValues.OfInteger((DataType)value.Type, value.LongValue),
            PropertyValue.ValueOneofCase.FloatValue => value.FloatValue,
            PropertyValue.ValueOneofCase.DoubleValue => value.DoubleValue,
            PropertyValue.ValueOneofCase.BooleanValue => value.BooleanValue,
            PropertyValue.ValueOneofCase.StringValue => value.StringValue,
            _ => null,
        };

    public static object? Of(Template.Types.Parameter value) =>
        value.ValueCase switch
        {
            Template.Types.Parameter.ValueOneofCase.IntValue => MetricValues.OfInteger(
                (DataType)value.Type,
                value.IntValue
            ),
            Template.Types.Parameter.ValueOneofCase.LongValue => MetricValues.OfInteger(
                (DataType)value.Type,
                value.LongValue
            ),
            Template.Types.Parameter.ValueOneofCase.FloatValue => value.FloatValue,
            Template.Types.Parameter.ValueOneofCase.DoubleValue => value.DoubleValue,
            Template.Types.Parameter.ValueOneofCase.BooleanValue => value.BooleanValue,
            Template.Types.Parameter.ValueOneofCase.StringValue => value.StringValue,
            _ => null,
        };

    /// <summary>A row of a data set, each element as its column says.</summary>
    public static IEnumerable<object?> Of(DataSet set, DataSet.Types.Row row) =>
        row.Elements.Select(
            (element, column) =>
                Of(element, column < set.Types_.Count ? (DataType)set.Types_[column] : DataType.Unknown)
        );

    private static object? Of(DataSet.Types.DataSetValue value, DataType type) =>
        value.ValueCase switch
        {
            DataSet.Types.DataSetValue.ValueOneofCase.IntValue => MetricValues.OfInteger(type, value.IntValue),
            DataSet.Types.DataSetValue.ValueOneofCase.LongValue => MetricValues.OfInteger(type, value.LongValue),
            DataSet.Types.DataSetValue.ValueOneofCase.FloatValue => value.FloatValue,
            DataSet.Types.DataSetValue.ValueOneofCase.DoubleValue => value.DoubleValue,
            DataSet.Types.DataSetValue.ValueOneofCase.BooleanValue => value.BooleanValue,
            DataSet.Types.DataSetValue.ValueOneofCase.StringValue => value.StringValue,
            _ => null,
        };
}
