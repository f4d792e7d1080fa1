using Holdfast.Firmware.Boards;
using Xunit;

namespace Holdfast.Firmware.Tests.Boards;

/// <summary>What no schema can find: two of a kind, limits that contradict each other, devices that are not there.</summary>
public sealed class BoardRulesTests : IDisposable
{
    private readonly BoardFolder folder = new();

    [Theory]
    [InlineData(
        "10.0.0.2:623",
        "10.0.0.1:623",
        "the BMC address 10.0.0.1:623 is used twice, first by node-1 in line 8"
    )]
    [InlineData("02:00:00:00:00:02", "02:00:00:00:00:01", "the MAC address 02:00:00:00:00:01 is used twice")]
    [InlineData("02:00:00:00:00:02", "02-00-00-00-00-01", "the MAC address 02-00-00-00-00-01 is used twice")]
    [InlineData("10.0.1.2:22", "10.0.1.1:22", "the presence address 10.0.1.1:22 is used twice")]
    [InlineData("\"node-2\"", "\"node-1\"", "the name node-1 is used twice")]
    [InlineData("\"node-2\"", "\"air\"", "the name air is used twice")]
    public void Two_nodes_on_one_thing_are_told_with_the_first(string replace, string with, string what) =>
        Check(folder.Problem(replace, with), 9, what, "Give each its own");

    [Fact]
    public void One_bmc_written_in_two_ways_is_one()
    {
        var text = BoardFolder
            .Replace("10.0.0.1:623", "[fd00::1]:623")
            .Replace("10.0.0.2:623", "[fd00:0:0::0001]:623", StringComparison.Ordinal);
        Check(Assert.Single(folder.Load(text).Problems), 9, "the BMC address", "Give each its own");
    }

    [Theory]
    [InlineData("\"rack_unit\": 3", "\"rack_unit\": 2", "node-2 and node-1 both fill rack unit 2")]
    [InlineData("\"rack_unit\": 3", "\"rack_unit\": 1", "node-2 and node-1 both fill rack unit 1")]
    public void Two_nodes_in_one_rack_unit_are_told(string replace, string with, string what) =>
        Check(folder.Problem(replace, with), 9, what, "Correct \"rack_unit\" or \"height\"");

    [Fact]
    public void A_mistyped_zone_is_told_with_the_nearest() =>
        Check(
            folder.Problem("\"node-1\", \"zone\": \"air\"", "\"node-1\", \"zone\": \"aire\""),
            8,
            "there is no zone \"aire\"",
            "Did you mean \"air\"?"
        );

    [Fact]
    public void An_unknown_zone_is_told_with_those_there_are() =>
        Check(
            folder.Problem("\"node-1\", \"zone\": \"air\"", "\"node-1\", \"zone\": \"cellar\""),
            8,
            "there is no zone",
            "Use one of: air"
        );

    [Theory]
    [InlineData("sensors", 4)]
    [InlineData("fans", 4)]
    public void A_zone_that_cannot_be_cooled_is_told(string list, int line)
    {
        var lines = BoardFolder.Good.Split('\n').Where(l => !l.Contains($"\"{list}\"", StringComparison.Ordinal));
        Check(Assert.Single(folder.Load(string.Join('\n', lines)).Problems), line, $"air has no {list}", "Add one");
    }

    [Theory]
    [InlineData("\"target_c\": 28", "\"target_c\": 36", "\"target_c\" (36) is not below \"full_c\" (35)")]
    [InlineData("\"critical_c\": 42", "\"critical_c\": 35", "\"full_c\" (35) is not below \"critical_c\" (35)")]
    [InlineData("\"resume_c\": 32", "\"resume_c\": 40", "\"resume_c\" (40) is not below \"full_c\" (35)")]
    [InlineData(
        "\"failsafe_duty_pct\": 100",
        "\"failsafe_duty_pct\": 10",
        "\"failsafe_duty_pct\" is below \"min_duty_pct\""
    )]
    public void Thermal_limits_that_contradict_are_told(string replace, string with, string what) =>
        Check(folder.Problem(replace, with), 4, what, "");

    [Theory]
    [InlineData(
        "\"shed_below_pct\": 60, \"restore_above_pct\": 60",
        "\"shed_below_pct\" (60) is not below \"restore_above_pct\" (60)"
    )]
    [InlineData("\"shed_below_pct\": 55", "\"shed_below_pct\" (55) is not below \"restore_above_pct\" (50)")]
    [InlineData("\"restore_above_pct\": 20", "\"shed_below_pct\" (30) is not below \"restore_above_pct\" (20)")]
    public void Battery_limits_that_contradict_are_told_even_with_a_default(string members, string what) =>
        Check(folder.Problem("\"budget_w\": 500", $"\"budget_w\": 500, {members}"), 3, what, "Correct one");

    [Theory]
    [InlineData("\"power_max_w\": 200", "\"power_max_w\": 450", "node-1 needs 530 W to start")]
    [InlineData(
        "\"power_max_w\": 200",
        "\"power_max_w\": 415",
        "node-1 needs 495 W to start beside 10 W standby of the others"
    )]
    [InlineData("\"inrush_w\": 80", "\"inrush_w\": 95", "node-1 has an inrush above the rack's 90 W")]
    public void A_node_that_could_never_start_is_told(string replace, string with, string what) =>
        Check(folder.Problem(replace, with), 8, what, "It could never start");

    [Theory]
    [InlineData(
        "\"sensors\": [",
        "\"sensors\": [{ \"name\": \"x\", \"zone\": \"air\", \"chip\": \"nct6779\", \"channel\": \"temp1\" }, ",
        5,
        "the channel temp1 is used twice"
    )]
    [InlineData(
        "\"fans\": [",
        "\"fans\": [{ \"name\": \"x\", \"zone\": \"air\", \"chip\": \"nct6779\", \"channel\": 1 }, ",
        6,
        "the channel 1 is used twice"
    )]
    [InlineData(
        "\"fans\": [",
        "\"fans\": [{ \"name\": \"inlet\", \"zone\": \"air\", \"chip\": \"other\", \"channel\": 1 }, ",
        6,
        "the name inlet is used twice"
    )]
    public void A_channel_or_name_used_twice_is_told(string replace, string with, int line, string what) =>
        Check(folder.Problem(replace, with), line, what, "Give each its own");

    [Fact]
    public void A_pump_on_the_line_of_a_detector_is_told()
    {
        const string Lines = """
            "safety": [{ "name": "leak", "zone": "air", "kind": "leak", "line": 4 }],
            "pumps": [{ "name": "pump", "zone": "air", "line": 4 }],
            "nodes": [
            """;
        Check(
            folder.Problem("\"nodes\": [", Lines),
            8,
            "the GPIO line 4 is used twice, first by leak in line 7",
            "Give each"
        );
    }

    [Fact]
    public void The_battery_must_have_a_name_of_its_own()
    {
        const string Ups = """ "board": 1, "ups": { "name": "node-1", "battery": "BAT0", "mains": "AC0" }""";
        Check(folder.Problem("\"board\": 1", Ups), 2, "the name node-1 is used twice", "Give each its own");
    }

    [Theory]
    [InlineData("controller")]
    [InlineData("power")]
    public void A_name_of_the_racks_own_topics_is_told(string name) =>
        Check(
            folder.Problem("\"node-1\"", $"\"{name}\""),
            8,
            $"\"{name}\" is the name of a topic",
            "Choose another name"
        );

    [Theory]
    [InlineData("\"mac\": \"02:00:00:00:00:01\", \"interface\": \"eth0\"", "\"mac\": \"02:00:00:00:00:01\"")]
    [InlineData("\"interface\": \"eth0\"", "\"interface\": \"eth0\", \"address\": \"10.0.0.255:9\"")]
    public void A_magic_packet_needs_one_way(string replace, string with) =>
        Check(folder.Problem(replace, with), 8, "a magic packet needs one way", "Give either");

    [Theory]
    [InlineData("10.7:623")]
    [InlineData("623:623")]
    [InlineData("010.0.0.1:623")]
    [InlineData("10.0.0.1:0")]
    [InlineData("10.0.0.1:99999")]
    [InlineData("10.0.0.256:623")]
    [InlineData("0.0.0.0:623")]
    [InlineData("fd00::1:623")]
    [InlineData("bmc-1:623")]
    public void An_address_that_is_none_is_told(string address) =>
        Check(
            folder.Problem("10.0.0.1:623", address),
            8,
            $"\"{address}\" is no address with a port",
            "Write an IP address"
        );

    public void Dispose() => folder.Dispose();

    private static void Check(BoardProblem problem, int line, string what, string remedy)
    {
        Assert.Equal(line, problem.Line);
        Assert.StartsWith(what, problem.What, StringComparison.Ordinal);
        Assert.StartsWith(remedy, problem.Remedy, StringComparison.Ordinal);
    }
}
