using Xunit;

namespace Holdfast.Core.Tests;

public sealed class InvariantTests
{
    [Fact]
    public void A_violated_invariant_names_the_place_and_the_rule()
    {
        var error = Assert.Throws<InvariantViolationException>(() => Invariant.Require(1 > 2, "one is not above two"));
        Assert.Contains("InvariantTests", error.Message, StringComparison.Ordinal);
        Assert.Contains("one is not above two", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_tells_its_reason()
    {
        var budget = new Limit<Watts>("power budget", new Watts(3000), "the breaker trips at 16 A");
        Assert.True(budget.Allows(new Watts(3000)));
        Assert.False(budget.Allows(new Watts(3001)));
        Assert.Equal(
            "3001 W would pass the power budget of 3000 W: the breaker trips at 16 A",
            budget.Refusal(new Watts(3001))
        );
    }
}
