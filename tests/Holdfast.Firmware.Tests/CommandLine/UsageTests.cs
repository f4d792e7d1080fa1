using Holdfast.Firmware.CommandLine;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary>Help, and what is said to who mistypes: one line, with a remedy, exit code 2.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("", "Exit codes: 0 done; 1 refused")]
    [InlineData("run", "Run the appliance")]
    [InlineData("check", "The board file")]
    [InlineData("status", "at a glance")]
    [InlineData("nodes", "List the nodes")]
    [InlineData("node", "maintain <NAME>")]
    [InlineData("node on", "--deadline <N>")]
    [InlineData("node off", "until it is off")]
    [InlineData("node cycle", "start it again")]
    [InlineData("node wake", "over the network")]
    [InlineData("node maintain", "into your hands")]
    [InlineData("node release", "under control")]
    [InlineData("sensors", "List the sensors")]
    [InlineData("events", "--follow")]
    [InlineData("fans", "--duty <N>")]
    public async Task Every_command_helps(string command, string says)
    {
        var run = await CommandRun.OfAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_its_version() =>
        Assert.Matches("^[0-9]+\\.[0-9]+", (await CommandRun.OfAsync("--version")).Output);

    [Theory]
    [InlineData("stats", "Unrecognized command or argument 'stats'. 'holdfast --help' shows")]
    [InlineData("status now", "Unrecognized command or argument 'now'. 'holdfast status --help' shows")]
    [InlineData("nodes --jsno", "Unrecognized command or argument '--jsno'. 'holdfast nodes --help' shows")]
    [InlineData("node", "Required command was not provided. 'holdfast node --help' shows")]
    [InlineData("node explode node-01", "'holdfast node --help' shows")]
    [InlineData("node on", "Required argument 'NAME' missing for command: 'on'. 'holdfast node on --help' shows")]
    [InlineData("check", "Required argument 'BOARD' missing")]
    [InlineData("fans zone-a", "Required argument 'MODE' missing")]
    [InlineData("fans zone-a turbo", "Must be one of: 'auto' 'full' 'fixed'")]
    [InlineData("fans zone-a fixed", "fixed needs --duty")]
    [InlineData("fans zone-a fixed --duty NaN", "--duty must be 0 to 100, not 'NaN'")]
    [InlineData("fans zone-a fixed --duty 101", "--duty must be 0 to 100, not '101'")]
    [InlineData("node on ..", "'..' is no name: 1 to 63 lower-case letters")]
    [InlineData("node on a/b?c", "'a/b?c' is no name: 1 to 63 lower-case letters")]
    [InlineData("fans Zone-A full", "'Zone-A' is no name: 1 to 63 lower-case letters")]
    [InlineData("node on node-01 --deadline 0", "--deadline must be 1 to 3600, not '0'")]
    [InlineData("node on node-01 --deadline soon", "--deadline must be 1 to 3600, not 'soon'")]
    [InlineData("node on node-01 --deadline 1.5", "--deadline must be 1 to 3600, not '1.5'")]
    [InlineData("events --limit 1001", "--limit must be 1 to 1000, not '1001'")]
    [InlineData("events --limit -1", "--limit must be 1 to 1000, not '-1'")]
    [InlineData("status --url ftp://127.0.0.1", "--url needs an address such as http://127.0.0.1:8080")]
    [InlineData("status --url 127.0.0.1", "--url needs an address such as http://127.0.0.1:8080")]
    [InlineData("run --http 8080", "--http needs an address and a port, as 127.0.0.1:8080; not '8080'")]
    [InlineData("run --http :8080", "--http needs an address and a port")]
    [InlineData("run --http 127.0.0.1", "--http needs an address and a port")]
    [InlineData("run --http 127.0.0.1:99999", "--http needs an address and a port")]
    [InlineData("run --http ::1:8080", "--http needs an address and a port")]
    [InlineData("run --http 10.1:8080", "--http needs an address and a port")]
    [InlineData("run --http example.org:80", "--http needs an address and a port")]
    [InlineData("run --http", "Required argument missing for option: '--http'. 'holdfast run")]
    [InlineData("--mqtt broker", "--mqtt needs an address and a port, as 127.0.0.1:1883; not 'broker'")]
    [InlineData("--speed 0", "--speed must be 0.1 to 1000, not '0'")]
    [InlineData("--speed 1,5", "--speed must be 0.1 to 1000, not '1,5'")]
    [InlineData("--speed fast", "--speed must be 0.1 to 1000, not 'fast'")]
    [InlineData("--seed -1", "--seed must be 0 to 18446744073709551615, not '-1'")]
    public async Task What_makes_no_sense_is_said_in_one_line(string arguments, string says)
    {
        var run = await CommandRun.OfAsync(arguments.Split(' '));
        Assert.Contains(says, run.Failed(ExitCode.Usage), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:8080")]
    [InlineData("localhost:8080")]
    [InlineData("0.0.0.0:80")]
    [InlineData("[::]:80")]
    [InlineData("[fd00::7]:8080")]
    [InlineData("127.0.0.1:0")]
    public void An_address_with_a_port_is_taken(string endpoint) =>
        Assert.Empty(Cli.Parse(["run", "--http", endpoint], Terminal.OfProcess()).Errors);

    [Fact]
    public async Task A_data_folder_needs_a_name() =>
        Assert.Equal(
            "--data needs the name of a folder.",
            (await CommandRun.OfAsync("--data", "")).Failed(ExitCode.Usage)
        );
}
