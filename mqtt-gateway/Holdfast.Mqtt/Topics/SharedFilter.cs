namespace Holdfast.Mqtt;

/// <summary>A shared subscription taken apart: <c>$share/{group}/{filter}</c> (MQTT 5.0 §4.8.2).</summary>
internal static class SharedFilter
{
    /// <param name="filter">A valid filter, shared or not.</param>
    /// <param name="group">Empty where it is not shared.</param>
    /// <returns>The filter of topics.</returns>
    public static string Split(string filter, out string group)
    {
        group = "";
        if (!TopicFilter.IsShared(filter))
        {
            return filter;
        }

        var start = TopicFilter.SharePrefix.Length;
        var end = filter.IndexOf('/', start);
        group = filter[start..end];
        return filter[(end + 1)..];
    }
}
