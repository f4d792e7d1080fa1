using System.Text;
using Holdfast.Mqtt.Client;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client.Authentication;

public sealed class ScramClientTests
{
    /// <summary>The example of RFC 7677 §3.</summary>
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerFirst =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    private readonly ScramClient scram = new("user", "pencil"u8, Nonce);

    [Fact]
    public void The_example_of_the_rfc_is_reproduced()
    {
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Text(scram.Begin()));
        var final = scram.Answer(Bytes(ServerFirst));
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Text(final.Data)
        );
        Assert.Null(scram.Finish(Bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")));
    }

    [Fact]
    public void The_brokers_proof_may_come_in_a_packet_of_its_own()
    {
        scram.Answer(Bytes(ServerFirst));
        Assert.Null(scram.Answer(Bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).Problem);
        Assert.Null(scram.Finish(default));
    }

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("e=invalid-proof")]
    [InlineData("v=")]
    [InlineData("")]
    public void A_broker_that_does_not_know_the_password_is_not_believed(string serverFinal)
    {
        scram.Answer(Bytes(ServerFirst));
        Assert.NotNull(scram.Finish(Bytes(serverFinal)));
    }

    [Fact]
    public void A_broker_that_lets_us_in_without_asking_is_not_believed() => Assert.NotNull(scram.Finish(default));

    [Theory]
    [InlineData("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=???,i=4096")]
    [InlineData("m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("")]
    public void A_challenge_that_is_wrong_is_not_answered(string challenge)
    {
        var step = scram.Answer(Bytes(challenge));
        Assert.NotNull(step.Problem);
        Assert.True(step.Data.IsEmpty);
    }

    [Fact]
    public void Names_are_escaped_and_prepared()
    {
        Assert.Equal("n,,n=a=2Cb=3Dc,r=x", Text(new ScramClient("a,b=c", "p"u8, "x").Begin()));
        Assert.Equal("n,,n=a b,r=x", Text(new ScramClient("a\u00A0b\u00AD", "p"u8, "x").Begin()));
        Assert.Throws<ArgumentException>(() => new ScramClient("a\u0007", "p"u8, "x"));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
