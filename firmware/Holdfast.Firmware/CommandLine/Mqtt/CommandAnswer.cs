using System.Globalization;
using Holdfast.Mqtt;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>What an answer to a request says beside its payload, in the form of mqtt.md and of Azure's iot-operations-sdks.</summary>
/// <param name="Status"><c>__stat</c>; null: it says none.</param>
/// <param name="Words"><c>__stMsg</c>.</param>
/// <param name="IsFinal">The last one: as <c>hf-final</c> says, else by its status: 102 and 202 have others after them.</param>
internal readonly record struct CommandAnswer(int? Status, string Words, bool IsFinal)
{
    public static CommandAnswer Of(MqttMessage answer)
    {
        int? status = int.TryParse(
            Property(answer, "__stat"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
        var isFinal = Property(answer, "hf-final") is { } final ? final == "true" : status is not (102 or 202);
        return new CommandAnswer(status, Property(answer, "__stMsg") ?? "", isFinal);
    }

    private static string? Property(MqttMessage answer, string name) =>
        answer.UserProperties.Where(p => p.Key == name).Select(p => p.Value).FirstOrDefault();
}
