using Holdfast.Storage.Kernels;
using Xunit;

namespace Holdfast.Storage.Tests;

public sealed class KernelSelectorTests
{
    [Fact]
    public void The_fastest_tier_is_chosen_unless_one_is_asked_for() =>
        Assert.Equal(KernelSelector.Supported[^1], KernelSelector.Choose(null));

    [Theory, EveryTier]
    public void A_tier_is_forced_by_its_name(KernelTier tier) =>
        Assert.Equal(tier, KernelSelector.Choose(tier.ToString().ToLowerInvariant()));

    [Theory, EveryTier]
    public async Task A_process_with_the_variable_uses_that_tier(KernelTier tier) =>
        Assert.Equal(
            [tier.ToString(), "True", "E3069283", "091E01DE", "None", "True"],
            await KernelProcess.RunAsync(tier.ToString().ToLowerInvariant())
        );

    [Fact]
    public async Task A_process_with_a_wrong_variable_says_so_wherever_a_kernel_is_needed()
    {
        var lines = await KernelProcess.RunAsync("mmx");
        Assert.Equal(6, lines.Length);
        Assert.All(
            lines,
            line =>
                Assert.StartsWith(
                    "NotSupportedException: HOLDFAST_KERNEL is \"mmx\": there is no such kernel. Use one of scalar",
                    line,
                    StringComparison.Ordinal
                )
        );
    }

    [Theory]
    [InlineData("mmx")]
    [InlineData("17")]
    public void An_unknown_name_is_refused_with_those_there_are(string name)
    {
        var refusal = Assert.Throws<NotSupportedException>(() => KernelSelector.Choose(name));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("scalar", refusal.Message, StringComparison.Ordinal);
    }
}
