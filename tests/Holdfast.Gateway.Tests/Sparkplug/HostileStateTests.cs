using Holdfast.Gateway.Sparkplug;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>What anybody can publish as a host's STATE.</summary>
public sealed class HostileStateTests
{
    /// <summary>Half a surrogate pair is JSON by its grammar, but no text.</summary>
    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"online":true,"t\udc00":1}""")]
    [InlineData("""{"online":true,"timestamp":1e400}""")]
    [InlineData("[[[[")]
    public void A_state_that_cannot_be_read_is_none(string json) =>
        Assert.Null(HostState.Read(System.Text.Encoding.UTF8.GetBytes(json)));
}
