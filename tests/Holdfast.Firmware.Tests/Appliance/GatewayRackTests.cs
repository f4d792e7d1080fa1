using System.Collections.Concurrent;
using System.Text.Json;
using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.Tests.Http;
using Holdfast.Gateway.Commands;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.Appliance;

/// <summary>Commands that came over MQTT, on their way to the controller.</summary>
public sealed class GatewayRackTests
{
    private readonly FakeAppliance appliance = new();
    private readonly ConcurrentQueue<GatewayReply> progress = [];

    [Theory]
    [InlineData("zone-a", "fan-mode", "2")]
    [InlineData("zone-a", "fan-mode", "auto,full")]
    [InlineData("zone-a", "fan-mode", " full")]
    [InlineData("cellar", "fan-mode", "full")]
    [InlineData("node-99", "on", "auto")]
    [InlineData("node-01", "1", "auto")]
    public async Task What_the_rack_does_not_know_is_refused(string target, string verb, string mode)
    {
        var reply = await ExecuteAsync(target, verb, mode);
        Assert.Equal((404, "refused"), (reply.Status, reply.Stage));
        Assert.Empty(appliance.Commands);
    }

    [Fact]
    public async Task A_command_is_answered_with_what_was_observed()
    {
        var executing = ExecuteAsync("node-13", "on", "auto");
        await appliance.Asked;
        appliance.Finish(CommandStage.Done, "on", "node-13 is on");
        Assert.Equal(new GatewayReply(200, "done", "on", "node-13 is on"), await executing);
    }

    [Theory]
    [InlineData(CommandStage.Refused, 409)]
    [InlineData(CommandStage.Failed, 504)]
    [InlineData(CommandStage.Done, 200)]
    public async Task The_status_tells_what_became_of_it(CommandStage stage, int status)
    {
        appliance.Stage = stage;
        Assert.Equal(status, (await ExecuteAsync("node-13", "on", "auto")).Status);
    }

    [Fact]
    public async Task The_whole_rack_is_taken_into_hands_node_by_node()
    {
        appliance.Stage = CommandStage.Done;
        var reply = await ExecuteAsync("rack", "maintain", "");

        Assert.Equal(200, reply.Status);
        Assert.Equal(appliance.Plan.Nodes.Length, appliance.Commands.Select(command => command.Id).Distinct().Count());
        Assert.All(appliance.Commands, command => Assert.Equal("maintain", command.What));
        Assert.Equal(404, (await ExecuteAsync("rack", "off", "")).Status);
    }

    [Fact]
    public async Task What_a_node_comes_to_meanwhile_is_told()
    {
        var executing = ExecuteAsync("node-13", "on", "");
        await appliance.Asked;
        appliance.ShowNode("node-13", NodeState.Waking, reason: "told to start");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!progress.Any(step => step.Stage == "waking"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), patience.Token);
        }

        appliance.Finish(CommandStage.Done, "on", "node-13 is on");
        Assert.Equal("on", (await executing).Observed);
        Assert.Equal(["accepted", "waking"], progress.Select(step => step.Stage));
    }

    [Fact]
    public async Task Capacity_tells_what_is_left_and_who_sleeps()
    {
        appliance.ShowNode("node-13", NodeState.Off);
        using var capacity = JsonDocument.Parse((await ExecuteAsync("power", "capacity", "")).Result);

        Assert.Equal(
            "node-13",
            Assert.Single(capacity.RootElement.GetProperty("sleeping").EnumerateArray()).GetProperty("node").GetString()
        );
        Assert.True(capacity.RootElement.GetProperty("left_w").GetDouble() >= 0);
        Assert.Empty(appliance.Commands);
    }

    private Task<GatewayReply> ExecuteAsync(string target, string verb, string mode) =>
        new GatewayRack(appliance).ExecuteAsync(
            new GatewayCommand("id", "mqtt:test", target, verb, TimeSpan.FromMinutes(5), mode, 60),
            progress.Enqueue,
            CancellationToken.None
        );
}
