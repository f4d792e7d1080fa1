using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Gateway.Commands.Access;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>What is signed tells every command from every other.</summary>
public sealed class SealProperties
{
    [Fact]
    public void No_two_commands_give_the_same_bytes() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var random = new SeededRandom((ulong)seed);
                    // Few values, so that many pairs are alike in all but one part, or share text across the border of two parts.
                    var (a, b) = (Some(random), Some(random));
                    var same = Parts(a) == Parts(b);
                    return same == a.Seal.Bytes(a.Command).AsSpan().SequenceEqual(b.Seal.Bytes(b.Command));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void What_is_signed_is_text_that_a_shell_can_make()
    {
        var seal = new CommandSeal("00112233445566aa", 1_800_000_000, 1_800_000_060, "abcdefghijklmnop", default);
        var command = new SealedCommand("r1", "n1", "off", "{}"u8.ToArray(), new byte[] { 0xCA, 0xFE });

        Assert.Equal(
            """
            holdfast-command-1
            r1
            n1
            off
            44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
            cafe
            00112233445566aa
            1800000000
            1800000060
            abcdefghijklmnop

            """.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(seal.Bytes(command))
        );
    }

    [Fact]
    public void A_seal_comes_back_from_its_properties()
    {
        using var ana = new TestOperator("ana");
        var command = new SealedCommand("r1", "n1", "off", default, new byte[8]);
        var seal = CommandSeal.Sign(ana.Key, command, Events.Time, TimeSpan.FromSeconds(30));
        var (read, problem) = CommandSeal.Read([new("__srcId", "ana"), .. seal.Properties]);

        Assert.Empty(problem);
        Assert.Equal(seal.Bytes(command), read!.Bytes(command));
        Assert.True(OperatorKey.Of(ana.Key).Verifies(read.Bytes(command), read.Signature.Span));
    }

    [Theory]
    [InlineData(CommandSeal.KeyProperty, "x")]
    [InlineData(CommandSeal.KeyProperty, "00112233445566AA")]
    [InlineData(CommandSeal.SignedProperty, "-1")]
    [InlineData(CommandSeal.SignedProperty, "01800000000")]
    [InlineData(CommandSeal.UntilProperty, "253402300800")]
    [InlineData(CommandSeal.UntilProperty, "1e3")]
    [InlineData(CommandSeal.NonceProperty, "short")]
    [InlineData(CommandSeal.NonceProperty, "line\nbreak-line-break")]
    [InlineData(CommandSeal.SignatureProperty, "%%%")]
    public void A_seal_that_could_mean_two_things_is_none(string property, string value)
    {
        using var ana = new TestOperator("ana");
        var command = new SealedCommand("r1", "n1", "off", default, new byte[8]);
        var properties = CommandSeal.Sign(ana.Key, command, Events.Time, TimeSpan.FromSeconds(30)).Properties;
        var (read, problem) = CommandSeal.Read([
            .. properties.Select(p => p.Key == property ? KeyValuePair.Create(p.Key, value) : p),
        ]);

        Assert.Null(read);
        Assert.Contains(property, problem, StringComparison.Ordinal);
        Assert.Null(CommandSeal.Read([.. properties, properties[0]]).Seal);
        Assert.Null(CommandSeal.Read([.. properties.Skip(1)]).Seal);
    }

    [Fact]
    public void Random_bytes_are_no_key_and_no_signature() =>
        Prop.ForAll<byte[]>(bytes =>
                OperatorKey.Read(Convert.ToBase64String(bytes)) is null
                && !OperatorKey.Of(Shared.Key).Verifies("text"u8, bytes)
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static TestOperator Shared { get; } = new("ana");

    private static (SealedCommand Command, CommandSeal Seal) Some(SeededRandom random)
    {
        string[] names = ["r", "r1", "n", "n1", "1"];
        string[] verbs = ["on", "off"];
        string[] nonces = ["aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaa", "1aaaaaaaaaaaaaaaa"];
        byte[][] bytes =
        [
            [],
            [1],
            [1, 1],
            [17],
        ];
        return (
            new SealedCommand(
                names[random.Next(names.Length)],
                names[random.Next(names.Length)],
                verbs[random.Next(verbs.Length)],
                bytes[random.Next(bytes.Length)],
                bytes[random.Next(bytes.Length)]
            ),
            new CommandSeal(
                random.Chance(0.5) ? "0011223344556677" : "1011223344556677",
                random.Next(3),
                10 + random.Next(3),
                nonces[random.Next(nonces.Length)],
                default
            )
        );
    }

    private static string Parts((SealedCommand Command, CommandSeal Seal) some) =>
        string.Join(
            '|',
            some.Command.Rack,
            some.Command.Target,
            some.Command.Verb,
            Convert.ToHexString(some.Command.Body.Span),
            Convert.ToHexString(some.Command.Correlation.Span),
            some.Seal.KeyId,
            some.Seal.SignedAt,
            some.Seal.Until,
            some.Seal.Nonce
        );
}
