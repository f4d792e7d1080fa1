using System.CommandLine;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary><c>holdfast mqtt</c>: a broker of its own and what one needs to work with any. Needs no running appliance.</summary>
internal static class MqttCommand
{
    public static Command Create(Terminal terminal) =>
        new("mqtt", "Run an MQTT broker, and work with any")
        {
            BrokerCommand.Create(terminal),
            SubCommand.Create(terminal),
            PubCommand.Create(terminal),
            RequestCommand.Create(terminal),
            BenchCommand.Create(terminal),
            BridgeCommand.Create(terminal),
            PasswordCommand.Create(terminal),
        };
}
