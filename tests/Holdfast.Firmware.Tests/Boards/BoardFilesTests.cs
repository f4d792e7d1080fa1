using Holdfast.Firmware.Boards;
using Xunit;

namespace Holdfast.Firmware.Tests.Boards;

/// <summary>Passwords, certificates and inherited boards: files that lie beside a board.</summary>
public sealed class BoardFilesTests : IDisposable
{
    private const string BarnOfShed = """{ "board": 1, "inherits": "shed.json", "rack": "barn" }""";

    private readonly BoardFolder folder = new();

    [Fact]
    public void A_missing_password_file_is_told_once_however_many_nodes_name_it()
    {
        File.Delete(folder.PathOf("bmc.password"));
        var problem = Assert.Single(folder.Load(BoardFolder.Good).Problems);
        Assert.Equal(8, problem.Line);
        Assert.StartsWith("the password file bmc.password cannot be read", problem.What, StringComparison.Ordinal);
        Assert.Equal("Put it beside the board file, readable by this user only", problem.Remedy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("longer-than-20-bytes!")]
    [InlineData("two\nlines")]
    public void A_file_without_one_password_is_told_without_its_content(string content)
    {
        folder.Write("bmc.password", content);
        var problem = Assert.Single(folder.Load(BoardFolder.Good).Problems);
        Assert.Equal("the password file bmc.password does not hold one password of 1 to 20 bytes", problem.What);
        Assert.Equal("Write the password alone into its first line", problem.Remedy);
        Assert.True(content.Trim().Length == 0 || !problem.ToString().Contains(content, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/dev/zero", "cannot be read (it is longer than 256 bytes)")]
    [InlineData("", "cannot be read (it is a folder)")]
    [InlineData("a\\u0000b", "cannot be read (")]
    public void A_password_file_that_is_no_file_is_told(string name, string what)
    {
        var text = BoardFolder.Good.Replace("bmc.password", name, StringComparison.Ordinal);
        Assert.Contains(what, Assert.Single(folder.Load(text).Problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_of_a_board_does_not_tell_its_passwords()
    {
        var board = folder.Load(BoardFolder.Good).Board!;
        Assert.Equal("secret"u8.ToArray(), board.Nodes[0].Bmc.Password);
        Assert.DoesNotContain("secret", board.Nodes[0].Bmc.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"ca_file\": \"ca.pem\"", "the file ca.pem is not there", "Put it at ")]
    [InlineData(
        "\"key_file\": \"ca.pem\"",
        "there is \"key_file\" but no \"certificate_file\"",
        "Add \"certificate_file\""
    )]
    [InlineData("\"password_file\": \"bmc.password\"", "there is \"password_file\" but no \"user\"", "Add \"user\"")]
    [InlineData("\"version\": \"4\"", "\"version\" cannot be \"4\"", "Choose one of: 5, 3.1.1")]
    public void A_broker_that_could_not_be_reached_is_told(string member, string what, string remedy)
    {
        var problem = folder.Problem("\"nodes\"", $"\"mqtt\": {{ \"broker\": \"grid:8883\", {member} }},\n\"nodes\"");
        Assert.Equal(7, problem.Line);
        Assert.StartsWith(what, problem.What, StringComparison.Ordinal);
        Assert.StartsWith(remedy, problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtt://grid:1883", "\"broker\" cannot be \"mqtt://grid:1883\"")]
    [InlineData("grid", "\"broker\" cannot be \"grid\"")]
    [InlineData("grid:0", "the port is not 1 to 65535")]
    [InlineData("grid:70000", "the port is not 1 to 65535")]
    public void A_brokers_address_that_is_none_is_told(string broker, string what) =>
        Assert.Equal(what, folder.Problem("\"nodes\"", $"\"mqtt\": {{ \"broker\": \"{broker}\" }}, \"nodes\"").What);

    [Theory]
    [InlineData("\"sparkplug\": {}", "\"sparkplug\" has no \"group\"")]
    [InlineData("\"sparkplug\": { \"group\": \"a/b\" }", "\"group\" cannot be \"a/b\"")]
    [InlineData("\"sparkplug\": { \"group\": \"a\", \"primary_host\": \"#\" }", "\"primary_host\" cannot be \"#\"")]
    [InlineData("\"home_assistant\": {}", "\"home_assistant\" has no \"enabled\"")]
    [InlineData("\"home_assistant\": { \"enabled\": true, \"prefix\": \"a b\" }", "\"prefix\" cannot be \"a b\"")]
    public void A_host_that_could_not_be_told_is_told(string member, string what) =>
        Assert.Equal(
            what,
            folder.Problem("\"nodes\"", $"\"mqtt\": {{ \"broker\": \"grid:8883\", {member} }}, \"nodes\"").What
        );

    [Fact]
    public void Sparkplug_and_home_assistant_are_read_with_safe_defaults()
    {
        var mqtt =
            "\"mqtt\": { \"broker\": \"grid:8883\", \"sparkplug\": { \"group\": \"farm\" }, \"home_assistant\": { \"enabled\": true } }";
        var broker = folder
            .Load(BoardFolder.Good.Replace("\"nodes\"", $"{mqtt}, \"nodes\"", StringComparison.Ordinal))
            .Board!.Mqtt!;
        Assert.Equal(new BoardSparkplug("farm", null, false), broker.Sparkplug);
        Assert.Equal(new BoardHomeAssistant(true, "homeassistant", false), broker.HomeAssistant);
    }

    [Fact]
    public void A_revision_says_only_what_differs()
    {
        folder.Write("shed.json", BoardFolder.Good);
        var board = folder
            .Load(
                """
                { "board": 1, "inherits": "shed.json", "rack": "barn", "power": { "budget_w": 600 },
                  "nodes": [{ "name": "node-2", "power_max_w": 150 },
                            { "name": "node-3", "zone": "air", "rack_unit": 5, "power_max_w": 90,
                              "bmc": { "address": "10.0.0.3:623", "user": "admin", "password_file": "bmc.password" } }] }
                """
            )
            .Board!;
        Assert.Equal("barn", board.Rack.Text);
        Assert.Equal((600, 90), (board.Power.Budget.Max.Value, board.Power.Inrush.Max.Value));
        Assert.Equal([200, 150, 90], board.Nodes.Select(n => n.Plan.PowerMax.Value));
    }

    [Fact]
    public void An_empty_list_replaces_the_inherited_one()
    {
        folder.Write(
            "shed.json",
            BoardFolder.Replace(
                "\"board\": 1,",
                "\"board\": 1, \"pumps\": [{ \"name\": \"pump\", \"zone\": \"air\", \"line\": 1 }],"
            )
        );
        Assert.Single(folder.Load(BarnOfShed).Board!.Pumps);
        Assert.Empty(
            folder
                .Load(BarnOfShed.Replace("\"barn\"", "\"barn\", \"pumps\": []", StringComparison.Ordinal))
                .Board!.Pumps
        );
    }

    [Fact]
    public void A_node_written_twice_in_a_revision_is_told()
    {
        folder.Write("shed.json", BoardFolder.Good);
        var result = folder.Load(
            """{ "board": 1, "inherits": "shed.json", "nodes": [{ "name": "node-1", "height": 1 }, { "name": "node-1", "height": 2 }] }"""
        );
        Assert.Null(result.Board);
        Assert.NotEmpty(result.Problems);
    }

    [Fact]
    public void A_problem_in_an_inherited_board_is_told_in_that_board()
    {
        var shed = folder.Write("shed.json", BoardFolder.Replace("temp1", "in1"));
        var problem = Assert.Single(folder.Load(BarnOfShed).Problems);
        Assert.Equal((shed, 5), (problem.File, problem.Line));
    }

    [Fact]
    public void Files_lie_beside_the_board_that_names_them()
    {
        folder.Write("base/bmc.password", "other");
        folder.Write("base/ca.pem", "");
        folder.Write(
            "base/shed.json",
            BoardFolder.Replace(
                "\"board\": 1,",
                "\"board\": 1, \"mqtt\": { \"broker\": \"grid:8883\", \"ca_file\": \"ca.pem\" },"
            )
        );
        var board = folder.Load("""{ "board": 1, "inherits": "base/shed.json" }""").Board!;
        Assert.Equal("other"u8.ToArray(), board.Nodes[0].Bmc.Password);
        Assert.Equal(folder.PathOf(Path.Combine("base", "ca.pem")), board.Mqtt!.CaFile);
    }

    [Theory]
    [InlineData("board.json")]
    [InlineData("shed.json")]
    public void Boards_that_inherit_from_each_other_in_a_circle_are_told(string parent)
    {
        folder.Write("shed.json", """{ "inherits": "board.json" }""");
        var problem = Assert.Single(folder.Load($$"""{ "inherits": "{{parent}}" }""").Problems);
        Assert.Equal(("the boards inherit from each other in a circle", 1), (problem.What, problem.Line));
        Assert.Equal("Let one of them stand alone", problem.Remedy);
    }

    [Fact]
    public void A_chain_of_boards_that_does_not_end_soon_is_told()
    {
        for (var i = 0; i < 12; i++)
        {
            folder.Write($"b{i}.json", $$"""{ "inherits": "b{{i + 1}}.json" }""");
        }

        var problem = Assert.Single(BoardLoader.Load(folder.PathOf("b0.json")).Problems);
        Assert.Equal("more than 8 boards inherit from each other", problem.What);
    }

    [Theory]
    [InlineData("none.json")]
    [InlineData("none")]
    [InlineData("")]
    [InlineData("a\\u0000b")]
    public void A_parent_that_is_not_there_is_told(string parent)
    {
        var problem = Assert.Single(folder.Load($"{{\n\"inherits\": \"{parent}\" }}").Problems);
        Assert.Equal(2, problem.Line);
        Assert.StartsWith("there is no board", problem.What, StringComparison.Ordinal);
        Assert.StartsWith("Name a file beside this one", problem.Remedy, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
