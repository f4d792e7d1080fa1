using System.Text;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Commands.Access;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>A broker that does with signed commands what it likes switches nothing off; each try is refused and written down.</summary>
public sealed class HijackedBrokerTests : IDisposable
{
    private readonly ManualTimeProvider clock = new();
    private readonly FakeRack rack = new() { Always = new GatewayReply(200, "done", "off", "n1 is off") };
    private readonly FakeClient client = new();
    private readonly TestOperator ana = new("ana");
    private readonly MemoryFolder disk = new();
    private Gates gates;
    private CommandDispatcher dispatcher;
    private byte correlation;

    public HijackedBrokerTests()
    {
        client.Connect();
        (gates, dispatcher) = Restart(ana.Policy());
    }

    public void Dispose() => ana.Dispose();

    [Fact]
    public async Task What_the_operator_signed_is_carried_out_in_the_operators_name()
    {
        var answer = await AskAsync(ana.Signed(Off(), Now));

        Assert.Equal("200", answer.Property("__stat"));
        Assert.Equal("operator:ana", (await rack.NextAsync()).Who);
    }

    [Fact]
    public async Task Without_a_signature_nothing_that_hurts_is_done()
    {
        await DeniedAsync(Off(), "403", "needs an operator's signature");

        Assert.Equal("200", (await AskAsync(Request("on", "{}"))).Property("__stat"));
    }

    [Fact]
    public async Task Delivered_again_it_is_answered_again_and_not_carried_out_again()
    {
        var signed = ana.Signed(Off(), Now);
        await AskAsync(signed);

        Assert.Equal("200", (await AskAsync(signed)).Property("__stat"));
        Assert.Equal(1, rack.Count);
    }

    [Fact]
    public async Task Replayed_in_another_guise_it_is_refused()
    {
        var signed = ana.Signed(Off(), Now);
        await AskAsync(signed);

        await DeniedAsync(signed with { ResponseTopic = "attacker" }, "401", "used before");
        Assert.Equal(1, rack.Count);
    }

    [Fact]
    public async Task Replayed_after_a_restart_it_is_refused_and_asked_again_it_is_answered()
    {
        var signed = ana.Signed(Off(), Now);
        await AskAsync(signed);
        (gates, dispatcher) = Restart(gates.Access);

        await DeniedAsync(signed with { ResponseTopic = "attacker" }, "401", "used before");
        Assert.Equal("200", (await AskAsync(signed)).Property("__stat"));
        Assert.Equal(1, rack.Count);
    }

    [Fact]
    public async Task Replayed_when_the_clock_ran_back_it_is_refused()
    {
        var signed = ana.Signed(Off(), Now);
        await AskAsync(signed);
        clock.Advance(TimeSpan.FromHours(2));
        await AskAsync(ana.Signed(Off(), Now));
        clock.SetUtcNow(Now - TimeSpan.FromHours(2));

        await DeniedAsync(signed with { ResponseTopic = "attacker" }, "401", "used before");
    }

    [Fact]
    public async Task Sent_to_another_node_it_is_refused() =>
        await DeniedAsync(ana.Signed(Off(), Now) with { Topic = "rack/r1/n2/command/off" }, "401", "known operator");

    [Fact]
    public async Task Sent_to_another_rack_it_is_refused() =>
        await DeniedAsync(ana.Signed(Off(), Now, rack: "r2"), "401", "known operator");

    [Fact]
    public async Task Turned_into_another_verb_it_is_refused() =>
        await DeniedAsync(ana.Signed(Off(), Now) with { Topic = "rack/r1/n1/command/cycle" }, "401", "known operator");

    [Fact]
    public async Task With_another_body_it_is_refused() =>
        await DeniedAsync(
            ana.Signed(Off(), Now) with
            {
                Payload = "{\"deadline_s\":3000}"u8.ToArray(),
            },
            "401",
            "known operator"
        );

    [Fact]
    public async Task With_other_correlation_data_it_is_refused() =>
        await DeniedAsync(ana.Signed(Off(), Now) with { CorrelationData = new byte[16] }, "401", "known operator");

    [Theory]
    [InlineData(CommandSeal.UntilProperty)]
    [InlineData(CommandSeal.SignedProperty)]
    [InlineData(CommandSeal.NonceProperty)]
    public async Task With_a_part_of_the_signature_changed_it_is_refused(string property)
    {
        var signed = ana.Signed(Off(), Now);
        KeyValuePair<string, string>[] changed =
        [
            .. signed.UserProperties.Select(p =>
                p.Key == property ? new(p.Key, p.Value[..^1] + (p.Value[^1] == '1' ? '2' : '1')) : p
            ),
        ];
        await DeniedAsync(signed with { UserProperties = changed }, "401", "known operator");
    }

    [Fact]
    public async Task Held_back_beyond_its_time_it_is_refused()
    {
        var signed = ana.Signed(Off(), Now, TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(30));

        await DeniedAsync(signed, "401", "expired");
    }

    [Fact]
    public async Task Signed_for_too_long_it_is_refused() =>
        await DeniedAsync(ana.Signed(Off(), Now, TimeSpan.FromHours(2)), "401", "3600 s at most");

    [Fact]
    public async Task Signed_in_the_future_it_is_refused() =>
        await DeniedAsync(ana.Signed(Off(), Now + TimeSpan.FromMinutes(2)), "401", "not yet");

    [Fact]
    public async Task Signed_with_a_key_of_the_attackers_it_is_refused()
    {
        using var eve = new TestOperator("ana");

        await DeniedAsync(eve.Signed(Off(), Now), "401", "known operator");
    }

    [Fact]
    public async Task Signed_with_a_key_that_has_ended_it_is_refused()
    {
        gates.Access = gates.Access with { Operators = [ana.Entry(Now)] };

        await DeniedAsync(ana.Signed(Off(), Now), "401", "has ended");
    }

    [Fact]
    public async Task An_operator_does_no_more_than_the_rules_allow()
    {
        gates.Access = ana.Policy(new AccessRule(["off"], ["n2*"]));

        await DeniedAsync(ana.Signed(Off(), Now), "403", "operator:ana may not off n1");
    }

    [Fact]
    public async Task While_the_rack_does_not_know_the_time_no_signature_counts()
    {
        clock.SetUtcNow(DateTimeOffset.UnixEpoch.AddDays(1));

        await DeniedAsync(ana.Signed(Off(), Now), "503", "clock is not set");
    }

    [Fact]
    public async Task What_was_signed_before_the_record_begins_is_refused()
    {
        var before = ana.Signed(Off(), Now - TimeSpan.FromSeconds(10));

        await DeniedAsync(before, "401", "record of used signatures");
    }

    [Fact]
    public async Task A_damaged_record_lets_nothing_in_that_may_have_been_used()
    {
        var signed = ana.Signed(Off(), Now);
        await AskAsync(signed);
        await AskAsync(ana.Signed(Off(), Now));
        disk.FlipBit("commands.journal", 100, 0);
        clock.Advance(TimeSpan.FromSeconds(2));
        (gates, dispatcher) = Restart(gates.Access);

        await DeniedAsync(signed with { ResponseTopic = "attacker" }, "401", "");
        Assert.Equal("200", (await AskAsync(ana.Signed(Off(), Now))).Property("__stat"));
    }

    [Fact]
    public async Task Where_nothing_can_be_recorded_nothing_is_done()
    {
        disk.ReadOnly = true;

        Assert.Equal("503", (await AskAsync(ana.Signed(Off(), Now))).Property("__stat"));
        Assert.Equal(0, rack.Count);
    }

    [Fact]
    public async Task A_client_of_3_1_1_signs_in_an_envelope()
    {
        var bare = new MqttMessage("rack/r1/n1/command/off", "{\"deadline_s\":60}"u8.ToArray())
        {
            CorrelationData = new byte[16],
        };
        var auth = string.Join(',', ana.Signed(bare, Now).UserProperties.Select(p => $"\"{p.Key}\":\"{p.Value}\""));
        var envelope =
            $$$"""{"body":{"deadline_s":60},"correlation":"{{{new string('0', 32)}}}","response_topic":"answers","auth":{{{{auth}}}}}""";
        var message = new MqttMessage(bare.Topic, Encoding.UTF8.GetBytes(envelope));

        Assert.Equal("200", (await AskAsync(message)).Property("__stat"));
        Assert.Equal("operator:ana", (await rack.NextAsync()).Who);
    }

    [Fact]
    public async Task A_flood_of_denials_fills_no_disk()
    {
        for (var i = 0; i < 200; i++)
        {
            await AskAsync(Off());
        }

        Assert.Equal(AuditTrail.DeniedMax, gates.Notes.Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(Off());
        Assert.Contains("180 more were denied", gates.Notes[^1].Text, StringComparison.Ordinal);
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private MqttMessage Off() => Request("off", "{}");

    private MqttMessage Request(string verb, string payload) =>
        CommandFormTests.Request(verb, payload) with
        {
            ResponseTopic = "answers",
            CorrelationData = Enumerable.Repeat(++correlation, 16).ToArray(),
        };

    private (Gates, CommandDispatcher) Restart(AccessPolicy policy)
    {
        var now = new Gates(rack, disk, clock) { Access = policy };
        return (now, new CommandDispatcher(new RackId("r1"), now.Gate, now.Journal, client, clock.GetUtcNow, clock));
    }

    private async Task<MqttMessage> AskAsync(MqttMessage request)
    {
        await dispatcher.TakeAsync(request, TestContext.Current.CancellationToken);
        return await client.NextAsync();
    }

    private async Task DeniedAsync(MqttMessage request, string status, string words)
    {
        var (notes, before) = (gates.Notes.Count, rack.Count);
        var answer = await AskAsync(request);

        Assert.Equal(status, answer.Property("__stat"));
        Assert.Contains(words, answer.Property("__stMsg"), StringComparison.Ordinal);
        Assert.Equal(before, rack.Count);
        Assert.Equal("command-denied", Assert.Single(gates.Notes.Skip(notes)).Code);
    }
}
