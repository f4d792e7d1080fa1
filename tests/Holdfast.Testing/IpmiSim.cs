using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Testing;

/// <summary>
/// A stranger's BMC, Debian's ipmi_sim, on a loopback port, with one node behind it whose power the test sees and moves. Started by
/// <c>hil/rigs/ipmi-sim.sh</c>, which says what it has. Disposing ends it and removes its folder.
/// </summary>
public sealed class IpmiSim : IAsyncDisposable
{
    public const string User = "admin";
    public const string Password = "holdfast";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(20);

    // ASF 2.0 §3.2.4.3.
    private static readonly byte[] PresencePing =
    [
        0x06,
        0x00,
        0xFF,
        0x06,
        0x00,
        0x00,
        0x11,
        0xBE,
        0x80,
        0x01,
        0x00,
        0x00,
    ];

    private static int started;

    private readonly string folder = Directory.CreateTempSubdirectory("holdfast-ipmi-sim-").FullName;
    private Process? process;

    private IpmiSim() { }

    public IPEndPoint Endpoint { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>The truth about the node's power.</summary>
    public bool Powered
    {
        get => Read("power") == "1";
        set => Write("power", value ? "1" : "0");
    }

    /// <summary>What the BMC told the node so far: "set power 1", "set reset 1", "set shutdown 1".</summary>
    public IReadOnlyList<string> Orders =>
        Read("orders").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>From now on the node ignores the power button.</summary>
    public void IgnorePowerButton() => Write("deaf", "");

    /// <summary>Sets what a sensor measures; the BMC looks every 20 ms.</summary>
    /// <param name="sensor">"temp", "fan" or "watts".</param>
    public void Measure(string sensor, byte raw) => Write(sensor, raw.ToString(CultureInfo.InvariantCulture));

    /// <summary>Starts it and returns when it answers.</summary>
    public static async Task<IpmiSim> StartAsync()
    {
        Counterpart.Require("ipmi_sim", "openipmi");
        var bmc = new IpmiSim();
        for (var attempt = 1; ; attempt++)
        {
            bmc.Endpoint = new IPEndPoint(OwnAddress(), LoopbackPort.FreeUdp());
            try
            {
                await bmc.StartAgainAsync();
                return bmc;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Somebody else took the port between finding and using it.
            }
            catch
            {
                await bmc.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts it on the same port, after <see cref="KillAsync"/>. It remembers no session; the node kept its power.</summary>
    public async Task StartAgainAsync()
    {
        var state = Path.Combine(folder, "state");
        if (Directory.Exists(state))
        {
            Directory.Delete(state, recursive: true);
        }

        var port = Endpoint.Port.ToString(CultureInfo.InvariantCulture);
        process?.Dispose();
        string[] line = [SourceTree.PathOf("hil/rigs/ipmi-sim.sh"), port, folder, $"{Endpoint.Address}"];
        process = Process.Start("sh", line);
        using var patience = new CancellationTokenSource(Patience);
        while (!await AnswersAsync(patience.Token))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"ipmi_sim ended with {process.ExitCode}");
            }
        }
    }

    /// <summary>Ends it at once, as a BMC that is unplugged.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// A loopback address that no other BMC has: on a shared one a simulated BMC may take the port in the moment between finding and using
    /// it, and would answer in this one's place.
    /// </summary>
    private static IPAddress OwnAddress()
    {
        var (process, bmc) = (Environment.ProcessId, Interlocked.Increment(ref started));
        return new IPAddress([127, (byte)(64 + ((process >> 8) & 63)), (byte)process, (byte)(1 + (bmc % 250))]);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        soon.CancelAfter(AskAgainAfter);
        try
        {
            await socket.ConnectAsync(Endpoint, soon.Token);
            await socket.SendAsync(PresencePing, soon.Token);
            return await socket.ReceiveAsync(new byte[64], soon.Token) > 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (SocketException)
        {
            // Its port is not open yet.
            await Task.Delay(AskAgainAfter, cancellationToken);
            return false;
        }
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();

    private void Write(string file, string value)
    {
        var path = Path.Combine(folder, file);
        File.WriteAllText(path + ".test", value + "\n");
        File.Move(path + ".test", path, overwrite: true);
    }
}
