using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Firmware.Appliance;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>What the API tells: the documents, their names, and what is not known.</summary>
public sealed class ReadingTests
{
    [Fact]
    public async Task The_rack_has_the_documented_members()
    {
        await using var face = await RunningFace.StartAsync();
        var rack = await face.JsonAsync("/api/v1/rack");
        Names(rack, "rack time version power zones nodes alarms gateway");
        Names(rack.GetProperty("power"), "budget_w reserved_w on_battery shedding charge_pct meters");
        Names(rack.GetProperty("zones")[0], "name temperature_c quality duty_pct fan_mode failsafe overheated safety");
        Names(rack.GetProperty("zones")[0].GetProperty("safety")[0], "name kind state");
        Names(rack.GetProperty("gateway"), "connected broker waiting problem");
        Assert.Equal("sim", rack.GetProperty("rack").GetString());
        Assert.Equal("2030-06-01T12:00:00+00:00", rack.GetProperty("time").GetString());
        Assert.Equal((4, 16), (rack.GetProperty("zones").GetArrayLength(), rack.GetProperty("nodes").GetArrayLength()));
    }

    [Fact]
    public async Task What_is_not_known_is_null_and_says_so()
    {
        await using var face = await RunningFace.StartAsync();
        var rack = await face.JsonAsync("/api/v1/rack");
        var zone = rack.GetProperty("zones")[0];
        Assert.Equal(JsonValueKind.Null, zone.GetProperty("temperature_c").ValueKind);
        Assert.Equal("absent", zone.GetProperty("quality").GetString());
        Assert.Equal("unknown", zone.GetProperty("safety")[0].GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, rack.GetProperty("power").GetProperty("on_battery").ValueKind);
        Assert.Equal(JsonValueKind.Null, rack.GetProperty("power").GetProperty("charge_pct").ValueKind);
        Assert.Equal("unknown", rack.GetProperty("nodes")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_node_tells_what_was_observed_and_what_is_wanted()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.ShowNode("node-13", NodeState.Fault, wanted: true, "it did not boot within 180 s");
        var node = await face.JsonAsync("/api/v1/nodes/node-13");
        Names(node, "name zone state wanted since reason rack_unit height power_max_w can_wake machine");
        Assert.Equal("fault", node.GetProperty("state").GetString());
        Assert.Equal("on", node.GetProperty("wanted").GetString());
        Assert.Equal("it did not boot within 180 s", node.GetProperty("reason").GetString());
        Assert.Equal(
            (29, 220.0),
            (node.GetProperty("rack_unit").GetInt32(), node.GetProperty("power_max_w").GetDouble())
        );
        Assert.Equal(16, (await face.JsonAsync("/api/v1/nodes")).GetArrayLength());
    }

    [Theory]
    [InlineData("node-99")]
    [InlineData("..")]
    [InlineData("%2e%2e%2fetc")]
    [InlineData("NODE-01")]
    public async Task A_node_that_is_not_there_is_404(string name)
    {
        await using var face = await RunningFace.StartAsync();
        await RunningFace.ProblemAsync(HttpStatusCode.NotFound, await face.GetAsync($"/api/v1/nodes/{name}/"));
    }

    [Fact]
    public async Task Sensors_tell_value_unit_quality_and_age()
    {
        await using var face = await RunningFace.StartAsync();
        var at = face.Rack.View.Snapshot.At;
        face.Rack.Show(view =>
            view with
            {
                Snapshot = view.Snapshot with { At = at + TimeSpan.FromSeconds(3) },
                Sensors =
                [
                    Sensor("fan-a1", SensorKind.FanSpeed, new Reading(1850.04, Unit.Rpm, at, Quality.Good)),
                    Sensor("temp-a1", SensorKind.Temperature, new Reading(21, Unit.Celsius, at, Quality.Stale)),
                    Sensor("temp-a2", SensorKind.Temperature, Reading.Absent(Unit.Celsius)),
                ],
            }
        );
        var sensors = (await face.JsonAsync("/api/v1/sensors")).EnumerateArray().ToArray();
        Names(sensors[0], "name label kind zone node role value unit quality age_s");
        Assert.Equal(
            ["fan_speed 1850 rpm good 3", "temperature  °C stale 3", "temperature  °C absent "],
            sensors.Select(s =>
                $"{s.GetProperty("kind")} {s.GetProperty("value")} {s.GetProperty("unit")} {s.GetProperty("quality")} {s.GetProperty("age_s")}"
            )
        );
    }

    [Theory]
    [InlineData("", "11..60")]
    [InlineData("?limit=2", "59..60")]
    [InlineData("?after=0&limit=3", "1..3")]
    [InlineData("?after=58", "59..60")]
    [InlineData("?after=60", "")]
    [InlineData("?after=9223372036854775807", "")]
    public async Task Events_come_in_ascending_order(string query, string range)
    {
        await using var face = await RunningFace.StartAsync();
        for (var i = 1; i <= 60; i++)
        {
            face.Rack.Happen($"event {i}");
        }

        var events = (await face.JsonAsync($"/api/v1/events{query}")).EnumerateArray().ToArray();
        var sequences = events.Select(e => e.GetProperty("sequence").GetInt32()).ToArray();
        Assert.Equal(range, sequences.Length == 0 ? "" : $"{sequences[0]}..{sequences[^1]}");
        Assert.Equal(sequences.Order(), sequences);
        Assert.All(events, e => Names(e, "sequence time severity subject code text"));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?after=-1")]
    [InlineData("?limit=many")]
    [InlineData("?after=99999999999999999999")]
    public async Task A_query_that_makes_no_sense_is_400(string query)
    {
        await using var face = await RunningFace.StartAsync();
        await RunningFace.ProblemAsync(HttpStatusCode.BadRequest, await face.GetAsync($"/api/v1/events{query}"));
    }

    [Fact]
    public async Task It_is_healthy_when_the_controller_takes_a_step()
    {
        await using var face = await RunningFace.StartAsync();
        var health = face.JsonAsync("/healthz");
        while (!health.IsCompleted)
        {
            face.Rack.Tick();
            await Task.Yield();
        }

        Assert.Equal("ok", (await health).GetProperty("status").GetString());
    }

    [Fact]
    public async Task It_is_not_healthy_when_the_controller_stands_still()
    {
        await using var face = await RunningFace.StartAsync();
        var health = face.GetAsync("/healthz");
        while (!health.IsCompleted)
        {
            face.Clock.Advance(TimeSpan.FromSeconds(6));
            await Task.Yield();
        }

        var remedy = await RunningFace.ProblemAsync(HttpStatusCode.ServiceUnavailable, await health);
        Assert.Contains("Restart it", remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/rack")]
    [InlineData("/style.map")]
    public async Task Elsewhere_is_404(string path)
    {
        await using var face = await RunningFace.StartAsync();
        await RunningFace.ProblemAsync(HttpStatusCode.NotFound, await face.GetAsync(path));
    }

    internal static void Names(JsonElement document, string expected)
    {
        var names = document.EnumerateObject().Select(member => member.Name).ToArray();
        Assert.Equal(expected.Split(' '), names);
        Assert.All(names, name => Assert.Matches(new Regex("^[a-z]+(_[a-z]+)*$"), name));
    }

    private static SensorView Sensor(string name, SensorKind kind, Reading reading) =>
        new(new SensorId(name), name, kind, new ZoneId("zone-a"), null, "", reading);
}
