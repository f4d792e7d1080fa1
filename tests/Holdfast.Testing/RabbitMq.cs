using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Testing;

/// <summary>
/// A stranger's broker: Debian's RabbitMQ with its MQTT plugin (3.1.1), on loopback ports with a folder of its own. Disposing ends it, with the
/// name server that it starts, and removes the folder.
/// </summary>
public sealed class RabbitMq : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly string folder = Directory.CreateTempSubdirectory("holdfast-rabbitmq-").FullName;
    private readonly int names = LoopbackPort.Free();
    private Process? process;

    private RabbitMq() { }

    public int Port { get; } = LoopbackPort.Free();

    public static async Task<RabbitMq> StartAsync()
    {
        if (!File.Exists(Program))
        {
            throw Counterpart.Missing("rabbitmq-server", "rabbitmq-server");
        }

        var broker = new RabbitMq();
        try
        {
            await broker.RunAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(patience.Token);
        }

        process?.Dispose();
        var ending = Prepared(new ProcessStartInfo("epmd", ["-kill"]));
        (ending.RedirectStandardOutput, ending.RedirectStandardError) = (true, true);
        using (var killer = Process.Start(ending))
        {
            await killer!.WaitForExitAsync(patience.Token);
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task RunAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[rabbitmq_mqtt].\n");
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "rabbit.conf"),
            ["listeners.tcp = none", $"mqtt.listeners.tcp.1 = 127.0.0.1:{Port}", "mqtt.allow_anonymous = true"]
        );
        var start = Prepared(new ProcessStartInfo(Program));
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await AnswersAsync(patience.Token))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
        }
    }

    private ProcessStartInfo Prepared(ProcessStartInfo start)
    {
        foreach (
            var (name, value) in (ReadOnlySpan<(string, string)>)
                [
                    ("HOME", folder),
                    ("RABBITMQ_NODENAME", string.Create(CultureInfo.InvariantCulture, $"hf{names}@localhost")),
                    ("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "db")),
                    ("RABBITMQ_LOG_BASE", Path.Combine(folder, "log")),
                    ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "plugins")),
                    ("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "rabbit.conf")),
                    ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
                    ("RABBITMQ_DIST_PORT", $"{LoopbackPort.Free()}"),
                    ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
                    ("ERL_EPMD_PORT", $"{names}"),
                    ("ERL_EPMD_ADDRESS", "127.0.0.1"),
                    ("ERL_EPMD_RELAXED_COMMAND_CHECK", "1"),
                ]
        )
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
