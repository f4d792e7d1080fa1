using System.Text.Json;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>What the README promises to somebody who starts the appliance for the first time.</summary>
public sealed class NewcomerTests
{
    [Fact]
    public async Task The_rack_comes_up_by_itself_and_four_nodes_sleep()
    {
        await using var rack = await RackProcess.SimulatedAsync(speed: 40);

        var nodes = await rack.UntilAsync("/api/v1/nodes", all => Count(all, "on") == 12 && Count(all, "off") == 4);

        Assert.Equal(16, nodes.GetArrayLength());
        Assert.Equal("ok", (await rack.GetAsync("/healthz")).GetProperty("status").GetString());
        Assert.Contains(
            "<html",
            await rack.Http.GetStringAsync(new Uri("/", UriKind.Relative)),
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Fact]
    public async Task Ctrl_c_ends_it_in_order()
    {
        await using var rack = await RackProcess.SimulatedAsync();
        Assert.Equal(0, await rack.Process.StopAsync());
        Assert.DoesNotContain("   at ", rack.Process.Output, StringComparison.Ordinal);
    }

    private static int Count(JsonElement nodes, string state) =>
        nodes.EnumerateArray().Count(node => node.GetProperty("state").GetString() == state);
}
