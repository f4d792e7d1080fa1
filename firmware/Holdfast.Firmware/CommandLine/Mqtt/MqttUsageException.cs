namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>What is on the command line makes no sense; in words, for exit code 2.</summary>
internal sealed class MqttUsageException(string message) : Exception(message)
{
    public static void Unless(bool condition, string problem)
    {
        if (!condition)
        {
            throw new MqttUsageException(problem);
        }
    }
}
