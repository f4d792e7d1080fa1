using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Testing;

/// <summary>
/// A stranger's broker, Debian's mosquitto, on a loopback port with a folder of its own. It can be stopped in order, killed
/// and started again on the same port. Disposing ends it and removes the folder.
/// </summary>
public sealed class Mosquitto : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    private readonly string program;
    private readonly string[] config;
    private Process? process;

    private Mosquitto(string program, string folder, string[] config)
    {
        this.program = program;
        this.config = config;
        Folder = folder;
    }

    public string Folder { get; }

    public int Port { get; private set; }

    public bool IsRunning => process is { HasExited: false };

    /// <summary>What it wrote so far, for a failing test's message.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(Folder, "mosquitto.log");

    /// <summary>
    /// Starts it and returns when it takes connections. The lines are added to its configuration, after the listener's, with
    /// <c>{folder}</c> replaced; anonymous clients are allowed unless a line says otherwise.
    /// </summary>
    public static Task<Mosquitto> StartAsync(params string[] configLines) => StartAsync(_ => { }, configLines);

    /// <summary>The same, with files (certificates, password files) put into its folder first.</summary>
    public static async Task<Mosquitto> StartAsync(Action<string> prepareFolder, params string[] configLines)
    {
        var program = Counterpart.Require("mosquitto", "mosquitto");
        var folder = Directory.CreateTempSubdirectory("holdfast-mosquitto-").FullName;
        prepareFolder(folder);
        var broker = new Mosquitto(program, folder, configLines);
        for (var attempt = 1; ; attempt++)
        {
            broker.Port = LoopbackPort.Free();
            try
            {
                await broker.StartAgainAsync();
                return broker;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Somebody else took the port between finding and using it.
            }
            catch
            {
                await broker.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts it again on the same port, after <see cref="StopAsync"/> or <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        Assert(!IsRunning, "mosquitto still runs");
        var configFile = Path.Combine(Folder, "mosquitto.conf");
        await File.WriteAllLinesAsync(configFile, Configuration());
        process?.Dispose();
        process = Process.Start(new ProcessStartInfo(program, ["-c", configFile]) { UseShellExecute = false })!;
        using var patience = new CancellationTokenSource(Patience);
        while (!await AnswersAsync(patience.Token))
        {
            Assert(IsRunning, $"mosquitto ended: {Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }

    /// <summary>Asks it to end (SIGTERM) and waits; with <c>persistence true</c> it saves its state.</summary>
    public async Task StopAsync()
    {
        Assert(IsRunning, "mosquitto does not run");
        using var patience = new CancellationTokenSource(Patience);
        var ended = process!.WaitForExitAsync(patience.Token);
        while (!ended.IsCompleted)
        {
            // Once is not enough: it forgets a signal that comes after it listens and before its loop begins.
            using var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {process.Id}"]);
            await kill.WaitForExitAsync(patience.Token);
            await Task.WhenAny(ended, Task.Delay(Again, patience.Token));
        }

        await ended;
    }

    /// <summary>Ends it at once (SIGKILL), as a power cut does.</summary>
    public async Task KillAsync()
    {
        Assert(IsRunning, "mosquitto does not run");
        process!.Kill();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private IEnumerable<string> Configuration() =>
        [
            $"listener {Port} 127.0.0.1",
            // Started as root it would drop to a user who cannot read the folder; started by others the line means nothing.
            "user root",
            $"log_dest file {LogFile}",
            .. config.Any(line => line.StartsWith("allow_anonymous", StringComparison.Ordinal))
                ? Array.Empty<string>()
                : ["allow_anonymous true"],
            .. config.Select(line => line.Replace("{folder}", Folder, StringComparison.Ordinal)),
        ];

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

    private static void Assert(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
