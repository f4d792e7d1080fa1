using System.Diagnostics;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>What the README tells people to type works on a running rack, line by line.</summary>
public sealed class ReadmeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_line_runs()
    {
        var lines = Documents
            .Blocks(SourceTree.PathOf("README.md"), "")
            .SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Where(line => !line.StartsWith("dotnet ", StringComparison.Ordinal))
            .ToArray();
        Assert.Contains(lines, line => line.StartsWith("curl ", StringComparison.Ordinal));
        Counterpart.Require("curl", "curl");
        Counterpart.Require("mosquitto_sub", "mosquitto-clients");
        await using var rack = await RackProcess.SimulatedAsync();
        await rack.UntilAsync("/api/v1/nodes/node-13", node => node.GetProperty("state").GetString() == "off");

        foreach (var line in lines)
        {
            var (code, output) = await RunAsync(rack, line);
            Assert.True(code == 0 && output.Length > 0, $"{line}: {code}, {output}");
            Assert.DoesNotContain("problem", output, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(RackProcess rack, string line)
    {
        // The rack of the test has ports of its own.
        var here = line.Replace("127.0.0.1:8080", rack.Process.Page.Authority, StringComparison.Ordinal)
            .Replace("mosquitto_sub", $"mosquitto_sub -C 1 -p {rack.Process.Mqtt!.Port}", StringComparison.Ordinal);
        var start = new ProcessStartInfo(
            "sh",
            ["-c", $"holdfast() {{ dotnet '{RackProcess.Program}' \"$@\"; }}; {here}"]
        )
        {
            RedirectStandardOutput = true,
        };
        start.Environment["HOLDFAST_URL"] = rack.Process.Page.ToString();
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            if (line.Contains("--follow", StringComparison.Ordinal))
            {
                return (0, await process.StandardOutput.ReadLineAsync(limit.Token) ?? "");
            }

            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
