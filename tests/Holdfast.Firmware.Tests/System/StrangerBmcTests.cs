using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>A rack without a simulator, whose one node has a BMC that others wrote: ipmi_sim.</summary>
public sealed class StrangerBmcTests
{
    [Fact]
    public async Task A_node_is_switched_on_and_off_and_ipmitool_sees_it_too()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var rack = await StartAsync(bmc);
        await rack.UntilAsync("/api/v1/nodes/node-01", node => State(node) == "off");

        Assert.Equal("on", await CommandAsync(rack, "on"));
        Assert.True(bmc.Powered);
        Assert.Contains("is on", await PowerAsync(bmc), StringComparison.Ordinal);

        Assert.Equal("off", await CommandAsync(rack, "off"));
        Assert.Contains("set shutdown 1", bmc.Orders);
        Assert.Contains("is off", await PowerAsync(bmc), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_bmc_says_of_itself_is_shown()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var rack = await StartAsync(bmc);

        var node = await rack.UntilAsync(
            "/api/v1/nodes/node-01",
            node => node.GetProperty("machine").ValueKind == JsonValueKind.Object
        );

        // As the rig says it, hil/rigs/ipmi-sim.sh.
        var id = node.GetProperty("machine").GetProperty("system_id").GetString()!;
        Assert.Equal(32, id.Replace("-", "", StringComparison.Ordinal).Length);
    }

    [Fact]
    public async Task Somebody_elses_hand_on_the_power_is_noticed()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var rack = await StartAsync(bmc);
        await rack.UntilAsync("/api/v1/nodes/node-01", node => State(node) == "off");

        await Ipmitool.AskAsync(bmc.Endpoint, IpmiSim.User, IpmiSim.Password, 3, "chassis", "power", "on");

        await rack.UntilAsync("/api/v1/nodes/node-01", node => State(node) == "on");
    }

    [Fact]
    public async Task A_bmc_that_is_gone_leaves_its_node_unknown_and_back_again_known()
    {
        await using var bmc = await IpmiSim.StartAsync();
        bmc.Powered = true;
        await using var rack = await StartAsync(bmc);
        await rack.UntilAsync("/api/v1/nodes/node-01", node => State(node) == "on");

        await bmc.KillAsync();
        await rack.UntilAsync("/api/v1/nodes/node-01", node => State(node) == "unknown");
        await bmc.StartAgainAsync();
        await rack.UntilAsync("/api/v1/nodes/node-01", node => State(node) == "on");

        Assert.DoesNotContain("set power 0", bmc.Orders);
        Assert.DoesNotContain("set shutdown 1", bmc.Orders);
    }

    private static Task<RackProcess> StartAsync(IpmiSim bmc) =>
        RackProcess.StartAsync(
            $$"""
            {
              "board": 1, "rack": "stranger", "hwmon_root": "{data}/hwmon",
              "power": { "budget_w": 500, "budget_reason": "test", "inrush_w": 100, "inrush_reason": "test" },
              "zones": [{ "name": "z", "target_c": 28, "full_c": 35, "critical_c": 42, "resume_c": 32, "min_duty_pct": 25, "failsafe_duty_pct": 100 }],
              "sensors": [{ "name": "t", "zone": "z", "chip": "none", "channel": "temp1" }],
              "fans": [{ "name": "f", "zone": "z", "chip": "none", "channel": 1 }],
              "nodes": [{ "name": "node-01", "zone": "z", "rack_unit": 1, "power_max_w": 200, "boot_within_s": 60, "stop_within_s": 30,
                "bmc": { "address": "{{bmc.Endpoint}}", "user": "{{IpmiSim.User}}", "password_file": "bmc.password" } }]
            }
            """,
            folder => File.WriteAllText(Path.Combine(folder, "bmc.password"), IpmiSim.Password)
        );

    /// <summary>Sends a command and returns what was observed at its end.</summary>
    private static async Task<string> CommandAsync(RackProcess rack, string verb)
    {
        using var reply = await rack.Http.PostAsJsonAsync(
            $"/api/v1/nodes/node-01/{verb}",
            new { deadline_s = 60, id = verb }
        );
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
        var outcome = await rack.GetAsync($"/api/v1/commands/{verb}?wait_s=60");
        Assert.True(outcome.GetProperty("stage").GetString() == "done", outcome.ToString());
        return outcome.GetProperty("observed").GetString()!;
    }

    private static Task<string> PowerAsync(IpmiSim bmc) =>
        Ipmitool.AskAsync(bmc.Endpoint, IpmiSim.User, IpmiSim.Password, 3, "chassis", "power", "status");

    private static string? State(JsonElement node) => node.GetProperty("state").GetString();
}
