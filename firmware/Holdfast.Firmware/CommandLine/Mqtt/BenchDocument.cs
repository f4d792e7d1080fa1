namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>What a bench measured.</summary>
/// <param name="Published">Messages that the broker took over (QoS 1 and 2) or that were written (QoS 0).</param>
/// <param name="Failed">Publishes that were not.</param>
/// <param name="Received">By all subscribers together.</param>
/// <param name="Missing">Expected by all subscribers together, and not come 2 s after the last one.</param>
/// <param name="PublishedPerS">While publishing.</param>
/// <param name="ReceivedPerS">From the first to the last one received.</param>
/// <param name="P50Us">Microseconds from when a message was due, or with no rate given to publish, until a subscriber had it.</param>
internal sealed record BenchDocument(
    string Broker,
    int Publishers,
    int Subscribers,
    int Qos,
    int SizeBytes,
    double? RatePerS,
    double Seconds,
    long Published,
    long Failed,
    long Received,
    long Missing,
    double PublishedPerS,
    double ReceivedPerS,
    double P50Us,
    double P99Us,
    double MaxUs
);
