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
    private readonly List<GatewayReply> progress = [];

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

    private Task<GatewayReply> ExecuteAsync(string target, string verb, string mode) =>
        new GatewayRack(appliance).ExecuteAsync(
            new GatewayCommand("id", "mqtt:test", target, verb, TimeSpan.FromMinutes(5), mode, 60),
            progress.Add,
            CancellationToken.None
        );
}
