using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Holdfast.Core.Tests;

public sealed class IdentityTests
{
    [Theory]
    [InlineData("node-01", true)]
    [InlineData("a", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("Node", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("#", false)]
    [InlineData("ä", false)]
    public void Names_are_dns_labels(string text, bool valid) => Assert.Equal(valid, Name.IsValid(text));

    [Fact]
    public void No_valid_name_can_break_a_topic_or_an_address() =>
        Prop.ForAll<string>(text => !Name.IsValid(text) || (Uri.EscapeDataString(text) == text && !text.Contains('/')))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void An_id_with_a_bad_name_says_the_rule()
    {
        var error = Assert.Throws<FormatException>(() => new NodeId("Node 1"));
        Assert.Contains("lower-case letters", error.Message, StringComparison.Ordinal);
    }
}
