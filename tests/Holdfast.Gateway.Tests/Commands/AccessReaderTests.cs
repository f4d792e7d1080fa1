using System.Text;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Commands.Access;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>The access file: what it grants, and what is said to what is wrong.</summary>
public sealed class AccessReaderTests
{
    private static readonly TestOperator Ana = new("ana");
    private static readonly string Key = OperatorKey.Of(Ana.Key).Text;

    [Fact]
    public void By_default_harm_needs_a_key_and_the_rest_none()
    {
        var policy = Read(
            $$"""{"access":1,"operators":[{"name":"ana","key":"{{Key}}","allow":[{"verbs":["*"],"targets":["*"]}]}]}"""
        );

        Assert.Equal("", Refusal(policy, "on", "n1"));
        Assert.Equal("", Refusal(policy, "maintain", "n1"));
        foreach (
            var (verb, target) in new[] { ("off", "n1"), ("cycle", "n1"), ("maintain", "rack"), ("release", "zone-a") }
        )
        {
            Assert.Contains("needs an operator's signature", Refusal(policy, verb, target), StringComparison.Ordinal);
            Assert.Equal("", Refusal(policy, verb, target, Ana));
        }

        Assert.Contains("signature", Refusal(policy, "fan-mode", "zone-a", mode: "fixed"), StringComparison.Ordinal);
        Assert.Equal("", Refusal(policy, "fan-mode", "zone-a", mode: "full"));
    }

    [Fact]
    public void Without_operators_nobody_does_harm() =>
        Assert.Contains("signature", Refusal(Read("""{"access":1}"""), "off", "n1"), StringComparison.Ordinal);

    [Fact]
    public void Rules_name_verbs_and_targets()
    {
        var policy = Read(
            $$"""
            {
              "access": 1, // people write comments
              "signed": ["*"],
              "operators": [
                {"name":"ana","key":"{{Key}}","not_after":"2030-01-01T00:00:00Z","allow":[{"verbs":["off","on"],"targets":["n*"]}]},
              ]
            }
            """
        );

        Assert.Equal("", Refusal(policy, "off", "n1", Ana));
        Assert.Contains("may not cycle n1", Refusal(policy, "cycle", "n1", Ana), StringComparison.Ordinal);
        Assert.Contains("may not off m1", Refusal(policy, "off", "m1", Ana), StringComparison.Ordinal);
        Assert.Contains("signature", Refusal(policy, "on", "n1"), StringComparison.Ordinal);
        Assert.Equal(2030, policy.Operators[0].NotAfter!.Value.Year);
    }

    [Fact]
    public void A_desired_state_is_judged_as_the_command_that_it_becomes()
    {
        var policy = Read(
            $$"""{"access":1,"operators":[{"name":"ana","key":"{{Key}}","allow":[{"verbs":["twin-set"],"targets":["*"]}]}]}"""
        );
        var set = new GatewayCommand("id", "mqtt", "n1", "twin-set", TimeSpan.FromMinutes(1));
        var gates = new Gates(new FakeRack()) { Access = policy };
        var signed = new CommandIdentity("operator:ana", OperatorKey.Of(Ana.Key).Id);

        Assert.Null(gates.Gate.Judge(set with { Document = """{"labels":{"a":1}}""" }, new CommandIdentity("mqtt")));
        Assert.Null(gates.Gate.Judge(set with { Document = """{"power":"on"}""" }, new CommandIdentity("mqtt")));
        Assert.Equal(
            403,
            gates.Gate.Judge(set with { Document = """{"power":"off"}""" }, new CommandIdentity("mqtt"))!.Status
        );
        // May set twins, but not switch off: neither through the twin.
        Assert.Equal(403, gates.Gate.Judge(set with { Document = """{"power":"off"}""" }, signed)!.Status);
        Assert.Equal(400, gates.Gate.Judge(set with { Document = """{"power":"maybe"}""" }, signed)!.Status);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{}", "\"access\":1")]
    [InlineData("""{"access":2}""", "\"access\":1")]
    [InlineData("""{"access":1,"operator":[]}""", "no JSON of the form")]
    [InlineData("""{"access":1,"operators":[{"name":"Ana B","key":"x"}]}""", "no operator's name")]
    [InlineData("""{"access":1,"operators":[{"name":"ana","key":"x"}]}""", "no public key")]
    [InlineData("""{"access":1,"unsigned":[{"verbs":["explode"],"targets":["*"]}]}""", "no verb")]
    [InlineData("""{"access":1,"unsigned":[{"verbs":["on"],"targets":["N 1"]}]}""", "no name")]
    [InlineData("""{"access":1,"unsigned":[{"verbs":["on"]}]}""", "needs \"verbs\" and \"targets\"")]
    [InlineData("""{"access":1,"unsigned":[null]}""", "needs \"verbs\" and \"targets\"")]
    [InlineData("""{"access":1,"signed":["dangerous"]}""", "no verb")]
    public void What_is_wrong_is_said(string json, string words)
    {
        var (policy, problem) = AccessReader.Read(Encoding.UTF8.GetBytes(json));

        Assert.Null(policy);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_stands_there_once()
    {
        var entry = $$"""{"name":"ana","key":"{{Key}}"}""";
        var (_, problem) = AccessReader.Read(
            Encoding.UTF8.GetBytes($$"""{"access":1,"operators":[{{entry}},{{entry}}]}""")
        );

        Assert.Contains("twice", problem, StringComparison.Ordinal);
    }

    private static AccessPolicy Read(string json)
    {
        var (policy, problem) = AccessReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.Empty(problem);
        return policy!;
    }

    private static string Refusal(
        AccessPolicy policy,
        string verb,
        string target,
        TestOperator? by = null,
        string mode = ""
    ) =>
        policy.Refusal(
            new GatewayCommand("id", "mqtt", target, verb, TimeSpan.FromMinutes(1), mode),
            by is null ? new CommandIdentity("mqtt") : new CommandIdentity("operator:ana", OperatorKey.Of(by.Key).Id),
            name => name.StartsWith('n')
        );
}
