using System.Globalization;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Outbox;

/// <summary>
/// Who a message is, from its first outbox to its last consumer: a stream and a number in it, as user properties. An outbox gives an identity to what
/// has none, and leaves it to what has one.
/// </summary>
public readonly record struct MessageIdentity(string Stream, long Sequence)
{
    public const string StreamProperty = "hf-stream";
    public const string SequenceProperty = "hf-seq";
    public const string ClassProperty = "hf-class";

    /// <summary>Everything of the stream below it is delivered, or told of in a record of a gap.</summary>
    public const string LowProperty = "hf-low";

    /// <summary>"1" on what is told late: it is no present value.</summary>
    public const string HistoricalProperty = "hf-historical";

    public const int StreamLengthMax = 64;

    /// <summary>The identity that a message brought along; null: none, or none that makes sense.</summary>
    public static MessageIdentity? Of(MqttMessage message)
    {
        var (stream, sequence) = ((string?)null, 0L);
        foreach (var (name, value) in message.UserProperties)
        {
            if (name == StreamProperty)
            {
                stream = value;
            }
            else if (
                name == SequenceProperty
                && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
            {
                sequence = number;
            }
        }

        return stream is { Length: > 0 and <= StreamLengthMax } && sequence > 0
            ? new MessageIdentity(stream, sequence)
            : null;
    }
}
