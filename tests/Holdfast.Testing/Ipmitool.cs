using System.Diagnostics;
using System.Globalization;
using System.Net;
using Xunit;

namespace Holdfast.Testing;

/// <summary>A stranger's IPMI console: ipmitool over RMCP+, run to its end. The password goes by the environment.</summary>
public static class Ipmitool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Its output; fails with its words if it fails.</summary>
    /// <param name="suite">The cipher suite: 3 or 17.</param>
    /// <param name="command">"chassis", "power", "on".</param>
    public static async Task<string> AskAsync(
        IPEndPoint bmc,
        string user,
        string password,
        int suite,
        params string[] command
    )
    {
        var (code, output) = await RunAsync(bmc, user, password, suite, command);
        Assert.True(code == 0, $"ipmitool {string.Join(' ', command)}: {output}");
        return output;
    }

    /// <summary>Its exit code, and what it said on both outputs.</summary>
    /// <param name="suite">Null: it chooses one of those that the BMC offers.</param>
    public static async Task<(int Code, string Output)> RunAsync(
        IPEndPoint bmc,
        string user,
        string password,
        int? suite,
        params string[] command
    )
    {
        string[] cipher = suite is { } id ? ["-C", id.ToString(CultureInfo.InvariantCulture)] : [];
        var port = bmc.Port.ToString(CultureInfo.InvariantCulture);
        string[] line = ["-I", "lanplus", "-H", $"{bmc.Address}", "-p", port, "-U", user, "-E", "-R", "2", "-N", "1"];
        var start = new ProcessStartInfo(Counterpart.Require("ipmitool", "ipmitool"), [.. line, .. cipher, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["IPMI_PASSWORD"] = password;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
