using Holdfast.Gateway.Sparkplug.Host;
using Holdfast.Gateway.Sparkplug.Wire;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>Births without end: a host learns only so much of one edge node.</summary>
public sealed class HostileBirthTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Births_with_ever_new_names_or_aliases_are_not_learned_without_end(bool newAliases)
    {
        var node = new HostedNode("group", "node");
        var learned = 0;
        for (var birth = 0; birth < 40; birth++)
        {
            learned += node.Learn("device", Birth(birth, newAliases)) ? 1 : 0;
        }

        Assert.Equal(HostedNode.MetricsMax / 1_000, learned);
        Assert.Null(node.AliasOf("device", "39-0"));
    }

    [Fact]
    public void The_same_birth_again_is_no_more_than_before()
    {
        var node = new HostedNode("group", "node");
        Assert.All(Enumerable.Range(0, 40), _ => Assert.True(node.Learn("device", Birth(1, newAliases: true))));
    }

    private static Payload Birth(int number, bool newAliases)
    {
        var payload = new Payload();
        for (var i = 0; i < 1_000; i++)
        {
            var alias = (ulong)(newAliases ? (number * 1_000) + i : i);
            payload.Metrics.Add(new Metric { Name = $"{number}-{i}", Alias = alias });
        }

        return payload;
    }
}
