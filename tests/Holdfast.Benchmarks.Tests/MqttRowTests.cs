using Holdfast.Benchmarks.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Benchmarks.Tests;

/// <summary>Each row of the MQTT bench runs once and small, with a broker of its own, so that none rots.</summary>
public sealed class MqttRowTests
{
    [Fact]
    public void Every_row_is_measured()
    {
        var recipe = new BrokerRecipe("peer", $"{Counterpart.Require("mosquitto", "mosquitto")} -p {{port}}");
        using var broker = BrokerProcess.Start(recipe);

        var values = MqttRows.Measure(broker, LoadPlan.Tiny, only: null).ToDictionary();

        Assert.Equal(MqttRows.All.Select(row => row.Name).Order(), values.Keys.Select(row => row.Name).Order());
        Assert.All(values.Values, value => Assert.True(value >= 0));
        Assert.Equal(100, values.Single(pair => pair.Key.Unit == "%" && pair.Key.Name.EndsWith("delivered")).Value);
    }

    [Theory]
    [InlineData("name=program {port}", "name", "program {port}")]
    [InlineData("a=b=c", "a", "b=c")]
    public void A_broker_is_given_by_name_and_command(string text, string name, string command) =>
        Assert.Equal(new BrokerRecipe(name, command), BrokerRecipe.Parse(text));

    [Theory]
    [InlineData("no-command")]
    [InlineData("=command")]
    [InlineData("name=")]
    public void Anything_else_is_no_broker(string text) => Assert.Null(BrokerRecipe.Parse(text));
}
