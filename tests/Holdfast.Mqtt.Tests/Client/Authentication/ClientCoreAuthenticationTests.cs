using System.Text;
using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Client.Authentication;

public sealed class ClientCoreAuthenticationTests
{
    private readonly CoreAtBroker at = new(new("broker", 1883, "me") { Authentication = () => new Riddle() });

    [Fact]
    public void The_first_word_goes_with_connect_and_the_last_comes_with_connack()
    {
        at.Core.StartLink(at.Now);
        var connect = Assert.IsType<ConnectPacket>(Assert.Single(at.Sent()));
        Assert.Equal(("RIDDLE", "hello"), Words(connect.Properties));
        at.Say(Auth(ReasonCode.ContinueAuthentication, "who"));
        var answer = Assert.IsType<AuthPacket>(Assert.Single(at.Sent()));
        Assert.Equal(
            (ReasonCode.ContinueAuthentication, ("RIDDLE", "who?")),
            (answer.Reason, Words(answer.Properties))
        );
        at.Say(new ConnAckPacket(false, ReasonCode.Success, Form("proof")));
        Assert.True(at.Core.IsUp);
    }

    [Fact]
    public void A_broker_without_proof_is_left()
    {
        at.Core.StartLink(at.Now);
        at.Sent();
        at.Say(new ConnAckPacket(false, ReasonCode.Success, Properties.None));
        Assert.False(at.Core.IsUp);
        Assert.Contains("did not authenticate itself", at.Core.Failure!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_challenge_of_another_method_is_a_protocol_error()
    {
        at.Core.StartLink(at.Now);
        at.Sent();
        at.Say(
            new AuthPacket(
                ReasonCode.ContinueAuthentication,
                new Properties { AuthenticationMethod = "OTHER", AuthenticationData = "x"u8.ToArray() }
            )
        );
        Assert.Equal(ReasonCode.ProtocolError, Assert.IsType<DisconnectPacket>(Assert.Single(at.Sent())).Reason);
    }

    [Fact]
    public void Challenges_without_end_are_given_up()
    {
        at.Core.StartLink(at.Now);
        for (var i = 0; i < 100; i++)
        {
            at.Say(Auth(ReasonCode.ContinueAuthentication, "who"));
        }

        Assert.Contains("may not", at.Core.Failure!, StringComparison.Ordinal);
    }

    [Fact]
    public void It_authenticates_again_on_the_same_connection()
    {
        Up();
        Assert.Null(at.Core.Reauthenticate(at.Now));
        var first = Assert.IsType<AuthPacket>(Assert.Single(at.Sent()));
        Assert.Equal((ReasonCode.ReAuthenticate, ("RIDDLE", "hello")), (first.Reason, Words(first.Properties)));
        Assert.NotNull(at.Core.Reauthenticate(at.Now));
        at.Say(Auth(ReasonCode.ContinueAuthentication, "who"));
        at.Sent();
        at.Say(Auth(ReasonCode.Success, "proof"));
        Assert.True(at.Core.TryTakeReauthentication(out var outcome));
        Assert.Equal(PublishResult.Delivered, outcome.Result);
        Assert.True(at.Core.IsUp);
    }

    [Fact]
    public void A_refused_second_authentication_ends_the_connection_and_says_so()
    {
        Up();
        at.Core.Reauthenticate(at.Now);
        at.Say(new DisconnectPacket(ReasonCode.NotAuthorized, Properties.None));
        at.Core.LoseLink(at.Core.Failure!, at.Now);
        Assert.True(at.Core.TryTakeReauthentication(out var outcome));
        Assert.Equal(PublishResult.NotDelivered, outcome.Result);
        Assert.Contains("not authorized", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_authenticates_unasked()
    {
        Up();
        at.Say(Auth(ReasonCode.ContinueAuthentication, "who"));
        Assert.NotNull(at.Core.Failure);
    }

    private void Up()
    {
        at.Core.StartLink(at.Now);
        at.Say(new ConnAckPacket(false, ReasonCode.Success, Form("proof")));
        at.Sent();
        Assert.True(at.Core.IsUp);
    }

    private static AuthPacket Auth(ReasonCode reason, string data) => new(reason, Form(data));

    private static Properties Form(string data) =>
        new() { AuthenticationMethod = "RIDDLE", AuthenticationData = Encoding.UTF8.GetBytes(data) };

    private static (string?, string) Words(Properties properties) =>
        (properties.AuthenticationMethod, Encoding.UTF8.GetString(properties.AuthenticationData!.Value.Span));

    private sealed class Riddle : IMqttAuthentication
    {
        public string Method => "RIDDLE";

        public ReadOnlyMemory<byte> Begin() => "hello"u8.ToArray();

        public AuthenticationAnswer Answer(ReadOnlyMemory<byte> challenge) =>
            new((byte[])[.. challenge.Span, (byte)'?']);

        public string? Finish(ReadOnlyMemory<byte> data) => data.Span.SequenceEqual("proof"u8) ? null : "no proof";
    }
}
