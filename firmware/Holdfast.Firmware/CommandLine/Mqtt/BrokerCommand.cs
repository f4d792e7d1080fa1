using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Holdfast.Firmware.Appliance;
using Holdfast.Mqtt.Broker;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary><c>holdfast mqtt broker</c>: the broker without the rack.</summary>
internal static class BrokerCommand
{
    private static readonly Option<IPEndPoint> Listen = Options.Endpoint("--listen", "Where it listens", 1883);

    public static Command Create(Terminal terminal)
    {
        var command = new Command("broker", "Run an MQTT broker") { Listen };
        command.SetAction((parsed, stop) => RunAsync(parsed, terminal, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, end));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, end));
        try
        {
            await using var broker = await MqttBroker.StartAsync(
                new MqttBrokerOptions { EndPoint = parsed.GetValue(Listen)! },
                TimeProvider.System,
                BrokerAccess.NewRandom(),
                end.Token
            );
            await terminal.Output.WriteLineAsync($"mqtt {broker.EndPoint}  (Ctrl-C stops)");
            await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Ok;
        }
        catch (IOException e)
        {
            return terminal.Fail($"cannot start: {e.Message}", ExitCode.CannotStart);
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource end)
    {
        context.Cancel = true;
        end.Cancel();
    }
}
