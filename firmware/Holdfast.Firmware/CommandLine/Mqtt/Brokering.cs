using System.CommandLine;
using Holdfast.Firmware.Appliance;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>What the commands for any broker have in common: connecting, the words for failures, the end in order.</summary>
internal sealed class Brokering(Terminal terminal, ParseResult parsed, BrokerChoice choice)
{
    public Terminal Terminal => terminal;

    public ParseResult Parsed => parsed;

    public MqttClientOptions Options => choice.Options;

    public static Command With(Terminal terminal, Command command, Func<Brokering, CancellationToken, Task<int>> work)
    {
        BrokerOptions.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(terminal, parsed, work, stop));
        return command;
    }

    /// <summary>A client that is connected.</summary>
    /// <exception cref="MqttUsageException">The options contradict each other.</exception>
    /// <exception cref="MqttException">There is no connection to be had.</exception>
    public static async Task<MqttClient> ConnectAsync(MqttClientOptions options, CancellationToken stop)
    {
        MqttClient client;
        try
        {
            client = new MqttClient(options, TimeProvider.System, BrokerAccess.NewRandom());
        }
        catch (ArgumentException e)
        {
            throw new MqttUsageException(e.Message);
        }

        try
        {
            await client.FirstConnectionAsync(stop);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says on standard error when the connection is lost and when it is there again, until it is told to end.</summary>
    public async Task WatchAsync(MqttClient client, CancellationToken stop)
    {
        try
        {
            var wasConnected = true;
            await foreach (var change in client.ConnectionChangesAsync(stop))
            {
                if (change.Connected != wasConnected)
                {
                    var words = change.Connected ? change.Detail : $"{change.Detail}; trying again";
                    await terminal.Error.WriteLineAsync($"holdfast: {Terminal.Clean(words)}.");
                }

                wasConnected = change.Connected;
            }
        }
        catch (OperationCanceledException)
        {
            // The command ends.
        }
    }

    private static async Task<int> RunAsync(
        Terminal terminal,
        ParseResult parsed,
        Func<Brokering, CancellationToken, Task<int>> work,
        CancellationToken stop
    )
    {
        try
        {
            using var choice = BrokerOptions.Read(parsed);
            return await work(new Brokering(terminal, parsed, choice), stop);
        }
        catch (MqttUsageException e)
        {
            return terminal.Fail(e.Message, ExitCode.Usage);
        }
        catch (MqttException e)
        {
            return terminal.Fail(e.Message, ExitCode.NotReachable);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return terminal.Fail("it was ended before it was done", ExitCode.NotDone);
        }
    }
}
