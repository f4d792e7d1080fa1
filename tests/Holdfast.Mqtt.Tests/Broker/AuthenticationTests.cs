using System.Security.Cryptography;
using System.Text;
using Holdfast.Mqtt.Authentication;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Authentication;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>Enhanced authentication (MQTT 5.0 §4.12), with SCRAM-SHA-256 (RFC 7677).</summary>
public sealed class AuthenticationTests
{
    private const string Method = "SCRAM-SHA-256";

    private readonly CoreRig rig = new(
        new MqttBrokerOptions
        {
            Authenticators = [new ScramServer(new Users(), "for names that nobody has"u8.ToArray())],
            Policy = new ProvenOnly(),
        }
    );

    [Fact]
    public void The_example_of_the_rfc_is_answered_byte_for_byte()
    {
        // RFC 7677 §3.
        var scram = new ScramServer(new Users(), "key"u8.ToArray()) { Nonce = () => "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0" };
        var exchange = scram.Begin();
        var challenge = exchange.Next("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"u8);
        Assert.Equal(AuthenticationOutcome.Continue, challenge.Outcome);
        Assert.Equal(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            Encoding.UTF8.GetString(challenge.Data.Span)
        );
        var end = exchange.Next(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="u8
        );
        Assert.Equal(AuthenticationOutcome.Success, end.Outcome);
        Assert.Equal("user", end.UserName);
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Encoding.UTF8.GetString(end.Data.Span));
    }

    [Fact]
    public void A_client_that_knows_the_password_is_in_as_that_user()
    {
        var client = Begin("user");
        client.Send(Answer(client, "pencil"));
        var welcome = Assert.IsType<ConnAckPacket>(client.Read()[0]);
        Assert.Equal(ReasonCode.Success, welcome.Reason);
        Assert.Equal(Method, welcome.Properties.AuthenticationMethod);
        Assert.StartsWith("v=", Text(welcome.Properties), StringComparison.Ordinal);
        Assert.Equal("user", client.Link.Client!.UserName);
    }

    [Theory]
    [InlineData("user", "pencils")]
    [InlineData("nobody", "pencil")]
    public void Another_is_refused_and_not_told_what_was_wrong(string user, string password)
    {
        var client = Begin(user);
        client.Send(Answer(client, password));
        var refused = Assert.IsType<ConnAckPacket>(Assert.Single(client.Read()));
        Assert.Equal(ReasonCode.NotAuthorized, refused.Reason);
        Assert.Equal(Properties.None, refused.Properties);
        Assert.True(client.Link.IsClosing);
    }

    [Fact]
    public void A_name_that_nobody_has_gets_the_same_salt_every_time()
    {
        var scram = new ScramServer(new Users(), "key"u8.ToArray()) { Nonce = () => "s" };
        var first = scram.Begin().Next("n,,n=nobody,r=c"u8).Data;
        Assert.Equal(first.ToArray(), scram.Begin().Next("n,,n=nobody,r=c"u8).Data.ToArray());
        Assert.NotEqual(first.ToArray(), scram.Begin().Next("n,,n=nobody2,r=c"u8).Data.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("n")]
    [InlineData("n,,")]
    [InlineData("p=tls-unique,,n=user,r=x")]
    [InlineData("n,a=admin,n=user,r=x")]
    [InlineData("n,,m=ext,n=user,r=x")]
    [InlineData("n,,n=,r=x")]
    [InlineData("n,,n=us=er,r=x")]
    [InlineData("n,,n=user,r=")]
    public void What_is_no_first_message_fails(string message) =>
        Assert.Equal(
            AuthenticationOutcome.Failure,
            new ScramServer(new Users(), "key"u8.ToArray()).Begin().Next(Encoding.UTF8.GetBytes(message)).Outcome
        );

    [Fact]
    public void Random_messages_fail_and_never_throw() =>
        Seeds.All(
            2_000,
            seed =>
            {
                var random = new SeededRandom(seed);
                var exchange = new ScramServer(new Users(), "key"u8.ToArray()).Begin();
                if (random.Chance(0.5))
                {
                    exchange.Next("n,,n=user,r=x"u8);
                }

                var bytes = new byte[random.Next(80)];
                for (var i = 0; i < bytes.Length; i++)
                {
                    bytes[i] = (byte)"nry=c,,,pbiws\0\u00FF"[random.Next(15)];
                }

                return exchange.Next(bytes).Outcome != AuthenticationOutcome.Success;
            }
        );

    [Fact]
    public void Commas_and_equal_signs_stand_in_names()
    {
        var first = ClientFirst.Parse("y,,n=a=2Cb=3Dc,r=x"u8);
        Assert.Equal("a,b=c", first!.User);
        Assert.Equal("y,,", first.Header);
    }

    [Fact]
    public void A_method_that_is_not_there_is_refused()
    {
        var client = rig.Open();
        client.Send(Connect("PLAIN", "x"u8.ToArray()));
        Assert.Equal(
            ReasonCode.BadAuthenticationMethod,
            Assert.IsType<ConnAckPacket>(Assert.Single(client.Read())).Reason
        );
    }

    [Fact]
    public void Before_it_has_authenticated_a_client_may_send_nothing_else()
    {
        var client = Begin("user");
        client.Publish("t");
        Assert.Equal(ReasonCode.ProtocolError, Assert.IsType<ConnAckPacket>(client.Read()[^1]).Reason);
    }

    [Fact]
    public void An_exchange_that_does_not_end_is_closed()
    {
        var client = Begin("user");
        rig.Pass(TimeSpan.FromSeconds(6));
        Assert.True(client.Link.IsClosing);
    }

    [Fact]
    public void A_client_authenticates_again_without_losing_its_connection()
    {
        var client = Begin("user");
        client.Send(Answer(client, "pencil"));
        client.Read();
        client.Send(Auth(ReasonCode.ReAuthenticate, "n,,n=user,r=again"));
        client.Publish("t", MqttQos.AtLeastOnce);
        client.Send(Answer(client, "pencil", "n=user,r=again"));
        var packets = client.Read();
        Assert.Equal(ReasonCode.Success, Assert.Single(packets.OfType<AuthPacket>()).Reason);
        Assert.False(client.Link.IsClosing);
    }

    [Theory]
    [InlineData("user", "wrong")]
    [InlineData("other", "pencil")]
    public void Who_fails_to_or_is_another_then_is_ended(string user, string password)
    {
        var client = Begin("user");
        client.Send(Answer(client, "pencil"));
        client.Read();
        client.Send(Auth(ReasonCode.ReAuthenticate, $"n,,n={user},r=again"));
        client.Send(Answer(client, password, $"n={user},r=again"));
        Assert.Equal(ReasonCode.NotAuthorized, client.Disconnected());
    }

    [Fact]
    public void An_AUTH_that_nothing_asked_for_is_a_protocol_error()
    {
        var plain = new CoreRig();
        var client = plain.Connect("a");
        client.Send(Auth(ReasonCode.ReAuthenticate, "n,,n=user,r=x"));
        Assert.Equal(ReasonCode.ProtocolError, client.Disconnected());
    }

    [Fact]
    public void Without_a_policy_that_says_so_nobody_gets_in_by_proof_alone() =>
        Assert.Equal(
            ConnectVerdict.NotAuthorized,
            ((IBrokerPolicy)new SilentPolicy()).MayConnectAuthenticated(
                new BrokerClient("a", "user", System.Net.IPAddress.Loopback, MqttVersion.V5)
            )
        );

    private CorePeer Begin(string user)
    {
        var client = rig.Open();
        client.Send(Connect(Method, Encoding.UTF8.GetBytes($"n,,n={user},r=client")));
        return client;
    }

    private static ConnectPacket Connect(string method, byte[] data) =>
        new(MqttVersion.V5, "a", true, 60)
        {
            Properties = new Properties { AuthenticationMethod = method, AuthenticationData = data },
        };

    private static AuthPacket Auth(ReasonCode reason, string data) =>
        new(
            reason,
            new Properties { AuthenticationMethod = Method, AuthenticationData = Encoding.UTF8.GetBytes(data) }
        );

    /// <summary>The client's side of RFC 5802 §3, to the challenge that the broker has just sent.</summary>
    private static AuthPacket Answer(CorePeer client, string password, string bare = "")
    {
        var challenge = Text(client.Read().OfType<AuthPacket>().Last().Properties);
        var parts = challenge.Split(',').Select(part => part[2..]).ToArray();
        var salt = Convert.FromBase64String(parts[1]);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, int.Parse(parts[2]), HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8.ToArray());
        var final = $"c=biws,r={parts[0]}";
        var first = bare.Length > 0 ? bare : $"n={UserOf(client)},r=client";
        var proof = HMACSHA256.HashData(
            SHA256.HashData(clientKey),
            Encoding.UTF8.GetBytes($"{first},{challenge},{final}")
        );
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        return Auth(ReasonCode.ContinueAuthentication, $"{final},p={Convert.ToBase64String(proof)}");
    }

    private static string UserOf(CorePeer client) =>
        ClientFirst.Parse(client.Link.Handshake!.Connect!.Properties.AuthenticationData!.Value.Span)!.User;

    private static string Text(Properties properties) =>
        Encoding.UTF8.GetString(properties.AuthenticationData!.Value.Span);

    private sealed class Users : IScramCredentials
    {
        private static readonly byte[] Salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");

        public ScramCredential? Find(string user) =>
            user is "user" or "other" ? ScramCredential.FromPassword("pencil"u8, Salt, 4_096) : null;
    }

    private sealed class ProvenOnly : IBrokerPolicy
    {
        public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) =>
            ConnectVerdict.NotAuthorized;

        public ConnectVerdict MayConnectAuthenticated(BrokerClient client) => ConnectVerdict.Accept;

        public bool MayPublish(BrokerClient client, string topic) => true;

        public bool MaySubscribe(BrokerClient client, string filter) => true;
    }

    private sealed class SilentPolicy : IBrokerPolicy
    {
        public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) => ConnectVerdict.Accept;

        public bool MayPublish(BrokerClient client, string topic) => true;

        public bool MaySubscribe(BrokerClient client, string filter) => true;
    }
}
