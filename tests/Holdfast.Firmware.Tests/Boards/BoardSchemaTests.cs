using Holdfast.Firmware.Boards;
using Xunit;

namespace Holdfast.Firmware.Tests.Boards;

/// <summary>What the schema finds: each with its line, what is wrong and what to write instead.</summary>
public sealed class BoardSchemaTests : IDisposable
{
    private readonly BoardFolder folder = new();

    [Theory]
    [InlineData("\"rack\"", "\"rak\"", 2, "\"rak\" is no key of the board", "Did you mean \"rack\"?")]
    [InlineData("\"budget_w\"", "\"Budget_W\"", 3, "\"Budget_W\" is no key of \"power\"", "Did you mean \"budget_w\"?")]
    [InlineData(
        "\"target_c\"",
        "\"target\"",
        4,
        "\"target\" is no key of an entry of \"zones\"",
        "Did you mean \"target_c\"?"
    )]
    [InlineData("\"mac\"", "\"mca\"", 8, "\"mca\" is no key of \"wake\"", "Did you mean \"mac\"?")]
    public void A_mistyped_key_is_told_with_the_nearest_known_one(
        string replace,
        string with,
        int line,
        string what,
        string remedy
    )
    {
        var result = folder.Load(BoardFolder.Replace(replace, with));
        Assert.Contains((line, what, remedy), result.Problems.Select(p => (p.Line, p.What, p.Remedy)));
        // The key that it should have been is missing too.
        Assert.Contains(result.Problems, p => p.What.Contains("has no", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_resembles_none_is_to_be_removed() =>
        Assert.Equal("Remove it", folder.Problem("\"board\": 1,", "\"board\": 1, \"colour\": \"red\",").Remedy);

    [Theory]
    [InlineData("\"board\": 1, ", 1, "the board has no \"board\"", "Write 1, the version of this format")]
    [InlineData("\"budget_w\": 500, ", 3, "\"power\" has no \"budget_w\"", "Write the most that the nodes")]
    [InlineData("\"critical_c\": 42, ", 4, "an entry of \"zones\" has no \"critical_c\"", "Write from where on nodes")]
    [InlineData(", \"channel\": \"temp1\"", 5, "an entry of \"sensors\" has no \"channel\"", "Write temp1, temp2")]
    [InlineData("\"user\": \"admin\", ", 8, "\"bmc\" has no \"user\"", "Write the BMC's user")]
    [InlineData("\"mac\": \"02:00:00:00:00:01\", ", 8, "\"wake\" has no \"mac\"", "Write the network card's address")]
    public void A_missing_member_is_told_with_its_meaning(string removed, int line, string what, string remedy) =>
        Check(folder.Problem(removed, ""), line, what, remedy);

    [Theory]
    [InlineData("\"shed\"", "7", 2, "\"rack\" must be a text in quotes", "Use 1 to 63")]
    [InlineData("500", "\"500\"", 3, "\"budget_w\" must be a number", "Write the most")]
    [InlineData("\"height\": 2", "\"height\": 1.5", 8, "\"height\" must be a whole number", "Write how many")]
    [InlineData(
        "\"rack_unit\": 1",
        "\"rack_unit\": null",
        8,
        "\"rack_unit\" must be a whole number",
        "Write its lowest"
    )]
    [InlineData("{ \"tcp\": \"10.0.1.1:22\" }", "\"10.0.1.1:22\"", 8, "\"presence\" must be an object", "Say where")]
    [InlineData("\"board\": 1", "\"board\": 1, \"pumps\": {}", 2, "\"pumps\" must be a list in [ ]", "List the pumps")]
    [InlineData(
        "\"channel\": 1 }",
        "\"channel\": 1 }, 7",
        6,
        "an entry of \"fans\" must be an object",
        "Describe a fan"
    )]
    public void A_wrong_type_is_told_with_the_right_one(
        string replace,
        string with,
        int line,
        string what,
        string remedy
    ) => Check(folder.Problem(replace, with), line, what, remedy);

    [Fact]
    public void A_flag_must_be_true_or_false()
    {
        const string Pump =
            """ "board": 1, "pumps": [{ "name": "pump", "zone": "air", "line": 1, "active_low": "yes" }]""";
        Check(folder.Problem("\"board\": 1", Pump), 2, "\"active_low\" must be true or false", "Write true where");
    }

    [Theory]
    [InlineData("\"board\": 1", "\"board\": 2", 2, "\"board\" is 2, more than 1", "Write 1, the version")]
    [InlineData("500", "0", 3, "\"budget_w\" is 0, less than 1", "Write the most")]
    [InlineData("500", "1e999", 3, "\"budget_w\" is 1e999, more than 1000000", "Write the most")]
    [InlineData(
        "\"target_c\": 28",
        "\"target_c\": -5",
        4,
        "\"target_c\" is -5, less than 0",
        "Write the temperature to hold"
    )]
    [InlineData(
        "\"min_duty_pct\": 25",
        "\"min_duty_pct\": 125",
        4,
        "\"min_duty_pct\" is 125, more than 100",
        "Write the least"
    )]
    [InlineData("\"rack_unit\": 1", "\"rack_unit\": 99", 8, "\"rack_unit\" is 99, more than 60", "Write its lowest")]
    [InlineData("\"height\": 2", "\"height\": 1e300", 8, "\"height\" is 1e300, more than 20", "Write how many")]
    public void A_value_out_of_range_is_told_with_the_range(
        string replace,
        string with,
        int line,
        string what,
        string remedy
    ) => Check(folder.Problem(replace, with), line, what, remedy);

    [Theory]
    [InlineData("\"shed\"", "\"The shed\"", 2, "\"rack\" cannot be \"The shed\"", "Use 1 to 63 lower-case")]
    [InlineData("\"node-1\"", "\"node-1\\n\"", 8, "\"name\" cannot be \"node-1\n\"", "Use 1 to 63 lower-case")]
    [InlineData("\"temp1\"", "\"in1\"", 5, "\"channel\" cannot be \"in1\"", "Write temp1")]
    [InlineData(
        "02:00:00:00:00:01",
        "02:00:00:00:00",
        8,
        "\"mac\" cannot be \"02:00:00:00:00\"",
        "Write the network card's"
    )]
    [InlineData(
        "\"10.0.0.1:623\"",
        "\"10.0.0.1\"",
        8,
        "\"address\" cannot be \"10.0.0.1\"",
        "Write an IP address and a port"
    )]
    [InlineData(
        "\"admin\"",
        "\"administrator-of-it\"",
        8,
        "\"user\" cannot be \"administrator-of-it\"",
        "Write the BMC's user, 1 to 16"
    )]
    [InlineData(
        "\"height\": 2",
        "\"start\": \"maybe\"",
        8,
        "\"start\" cannot be \"maybe\"",
        "Choose one of: on, off, as-found"
    )]
    public void A_text_of_the_wrong_form_is_told(string replace, string with, int line, string what, string remedy) =>
        Check(folder.Problem(replace, with), line, what, remedy);

    [Theory]
    [InlineData("zones")]
    [InlineData("nodes")]
    public void A_rack_of_nothing_is_told(string list)
    {
        var result = folder.Load(BoardFolder.Replace($"\"{list}\"", $"\"{list}\": [], \"title\": \"\", \"x\""));
        Assert.Contains(result.Problems, p => p.What == $"\"{list}\" needs at least 1 entries");
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var text = BoardFolder
            .Replace("\"shed\"", "\"Shed\"")
            .Replace("500", "0", StringComparison.Ordinal)
            .Replace("temp1", "in1", StringComparison.Ordinal);
        Assert.Equal([2, 3, 5], folder.Load(text).Problems.Select(p => p.Line));
    }

    public void Dispose() => folder.Dispose();

    private static void Check(BoardProblem problem, int line, string what, string remedy)
    {
        Assert.Equal(line, problem.Line);
        Assert.StartsWith(what, problem.What, StringComparison.Ordinal);
        Assert.StartsWith(remedy, problem.Remedy, StringComparison.Ordinal);
    }
}
