using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug;

/// <summary>What stands beside a metric's value: quality, and the engineering properties that hosts know by these names.</summary>
internal static class PropertySets
{
    /// <summary>§6.4.8; the only key that the specification names.</summary>
    public const string Quality = "Quality";

    public const string Unit = "engUnit";
    public const string Low = "engLow";
    public const string High = "engHigh";
    public const string ReadOnly = "readOnly";

    public static PropertySet Add(this PropertySet set, MetricQuality quality) =>
        set.Add(Quality, new PropertyValue { Type = (uint)DataType.Int32, IntValue = (uint)quality });

    public static PropertySet Add(this PropertySet set, string key, string value) =>
        set.Add(key, new PropertyValue { Type = (uint)DataType.String, StringValue = value });

    public static PropertySet Add(this PropertySet set, string key, double value) =>
        set.Add(key, new PropertyValue { Type = (uint)DataType.Double, DoubleValue = value });

    public static PropertySet Add(this PropertySet set, string key, bool value) =>
        set.Add(key, new PropertyValue { Type = (uint)DataType.Boolean, BooleanValue = value });

    /// <summary>The quality that a metric says it has; without one a value is good, and no value is bad.</summary>
    public static MetricQuality QualityOf(Metric metric)
    {
        var at = metric.Properties?.Keys.IndexOf(Quality) ?? -1;
        return at >= 0 && at < metric.Properties!.Values.Count
                ? metric.Properties.Values[at].IntValue switch
                {
                    (uint)MetricQuality.Good => MetricQuality.Good,
                    (uint)MetricQuality.Stale => MetricQuality.Stale,
                    _ => MetricQuality.Bad,
                }
            : metric.IsNull ? MetricQuality.Bad
            : MetricQuality.Good;
    }

    private static PropertySet Add(this PropertySet set, string key, PropertyValue value)
    {
        set.Keys.Add(key);
        set.Values.Add(value);
        return set;
    }
}
