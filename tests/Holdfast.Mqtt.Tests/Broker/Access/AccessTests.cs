using System.Net;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Access;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker.Access;

public sealed class AccessTests
{
    private static readonly BrokerClient Anna = new("panel-1", "anna", IPAddress.Loopback, MqttVersion.V5);
    private static readonly BrokerClient Nobody = new("x", null, IPAddress.Loopback, MqttVersion.V5);

    [Fact]
    public void What_no_rule_allows_is_denied()
    {
        var policy = new AccessPolicy(new AccessSetup(), allowsAnonymous: true);
        Assert.False(policy.MayPublish(Anna, "t"));
        Assert.False(policy.MaySubscribe(Anna, "t"));
        Assert.False(policy.MayRead(Anna, "t"));
    }

    [Fact]
    public void The_first_rule_that_fits_decides()
    {
        var policy = Of(
            new AccessRule(new Who { User = "anna" }, IsAllowed: false, AccessRights.Read, ["rack/secret/#"]),
            new AccessRule(new Who(), IsAllowed: true, AccessRights.Read, ["rack/#"])
        );
        Assert.True(policy.MaySubscribe(Anna, "rack/#"));
        Assert.False(policy.MayRead(Anna, "rack/secret/a"));
        Assert.True(policy.MayRead(Nobody, "rack/secret/a"));
        Assert.False(policy.MaySubscribe(Anna, "rack/secret/+"));
        Assert.False(policy.MaySubscribe(Anna, "#"));
    }

    [Fact]
    public void Names_in_patterns_stand_for_one_level_and_for_no_wildcard()
    {
        var policy = Of(
            new AccessRule(new Who(), IsAllowed: true, AccessRights.Read | AccessRights.Write, ["u/%u/#", "c/%c"])
        );
        Assert.True(policy.MayPublish(Anna, "u/anna/x"));
        Assert.False(policy.MayPublish(Anna, "u/berta/x"));
        Assert.True(policy.MayPublish(Anna, "c/panel-1"));
        Assert.False(policy.MayPublish(Anna with { UserName = "#", ClientId = "+" }, "u/anna/x"));
        Assert.False(policy.MaySubscribe(Anna with { UserName = "+", ClientId = "#" }, "u/+/#"));
        Assert.False(policy.MayPublish(Nobody, "u//x"));
    }

    [Theory]
    [InlineData("a/#", "a/b/+", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/#", true)]
    [InlineData("a/+/#", "a/#", false)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("+/b", "a/b", true)]
    [InlineData("#", "$SYS/#", false)]
    [InlineData("$SYS/#", "$SYS/broker/+", true)]
    public void A_filter_is_covered_only_as_a_whole(string pattern, string filter, bool isCovered) =>
        Assert.Equal(isCovered, TopicPattern.Covers(pattern, filter));

    [Fact]
    public void Groups_and_stars_mean_users()
    {
        var setup = new AccessSetup
        {
            Groups = new Dictionary<string, IReadOnlySet<string>> { ["ops"] = new HashSet<string> { "anna" } },
            Rules =
            [
                new AccessRule(new Who { Group = "ops" }, IsAllowed: true, AccessRights.Write, ["ops"]),
                new AccessRule(new Who { User = "meter-*" }, IsAllowed: true, AccessRights.Write, ["meters"]),
            ],
        };
        var policy = new AccessPolicy(setup, allowsAnonymous: false);
        Assert.True(policy.MayPublish(Anna, "ops"));
        Assert.False(policy.MayPublish(Anna, "meters"));
        Assert.True(policy.MayPublish(Anna with { UserName = "meter-7" }, "meters"));
        Assert.False(policy.MayPublish(Anna with { UserName = "a-meter-7" }, "meters"));
    }

    [Fact]
    public async Task A_password_file_opens_for_the_right_password_only()
    {
        var text = PasswordFile.With("# users\n", "anna", PasswordFile.LineOf("anna", "secret"u8));
        var policy = new AccessPolicy(new AccessSetup { Passwords = Parsed(text) }, allowsAnonymous: false);
        Assert.True(await IsRightAsync(policy, "anna", "secret"));
        Assert.True(await IsRightAsync(policy, "anna", "secret"));
        Assert.False(await IsRightAsync(policy, "anna", "Secret"));
        Assert.False(await IsRightAsync(policy, "berta", "secret"));
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.NotNull(policy.Find("anna"));
        Assert.Equal("# users\n", PasswordFile.With(text, "anna", null));
    }

    [Fact]
    public async Task Mosquittos_records_are_understood()
    {
        // mosquitto_passwd -b file anna secret
        const string Line = "anna:$7$101$c2FsdHNhbHRzYWx0$";
        var salt = Convert.FromBase64String("c2FsdHNhbHRzYWx0");
        var hash = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(
            "secret",
            salt,
            101,
            System.Security.Cryptography.HashAlgorithmName.SHA512,
            64
        );
        var file = Parsed(Line + Convert.ToBase64String(hash));
        var policy = new AccessPolicy(new AccessSetup { Passwords = file }, allowsAnonymous: false);
        Assert.True(await IsRightAsync(policy, "anna", "secret"));
        Assert.False(await IsRightAsync(policy, "anna", "other"));
    }

    [Fact]
    public void A_bad_line_is_named_with_the_remedy()
    {
        var problems = new List<PasswordFileProblem>();
        Assert.Null(PasswordFile.Parse("\nanna:secret\n", problems));
        var problem = Assert.Single(problems);
        Assert.Equal(2, problem.Line);
        Assert.Contains("holdfast mqtt passwd", problem.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fast_publisher_waits_until_its_average_is_right()
    {
        var start = MonotonicTime.FromSeconds(100);
        var throttle = new Throttle(new BrokerQuota { MessagesPerSecond = 10 }, start);
        for (var i = 0; i < 30; i++)
        {
            throttle.Take(100, start);
        }

        Assert.Equal(2, throttle.Wait(start).TotalSeconds, 3);
        Assert.Equal(TimeSpan.Zero, throttle.Wait(start + TimeSpan.FromSeconds(2.01)));
    }

    private static AccessPolicy Of(params AccessRule[] rules) =>
        new(new AccessSetup { Rules = rules }, allowsAnonymous: true);

    private static PasswordFile Parsed(string text)
    {
        var problems = new List<PasswordFileProblem>();
        var file = PasswordFile.Parse(text, problems);
        Assert.Empty(problems);
        return file!;
    }

    private static Task<bool> IsRightAsync(AccessPolicy policy, string user, string password) =>
        policy.IsRightAsync(user, System.Text.Encoding.UTF8.GetBytes(password), TestContext.Current.CancellationToken);
}
