using FsCheck;
using FsCheck.Fluent;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Commands.Access;
using Holdfast.Gateway.Commands.Journal;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>What was asked is remembered through restarts, power cuts and damage; what was used is never forgotten before its end.</summary>
public sealed class CommandJournalTests
{
    private static readonly DateTimeOffset Now = Events.Time;
    private static readonly GatewayReply Done = new(200, "done", "on", "n1 is on");

    private readonly MemoryFolder disk = new();

    [Fact]
    public void An_answer_survives_a_restart()
    {
        var journal = Open();
        journal.Accept("k", "f", null);
        journal.Complete("k", Done);

        Assert.Equal(Known.Answered, Open().Find("k", "f", out var reply));
        Assert.Equal(Done, reply);
        Assert.Equal(Known.Different, Open().Find("k", "g", out _));
        Assert.Equal(Known.No, Open().Find("other", "f", out _));
    }

    [Fact]
    public void What_was_under_way_at_a_power_cut_is_known_as_interrupted()
    {
        var journal = Open();
        journal.Accept("k", "f", null);
        Assert.Equal(Known.Running, journal.Find("k", "f", out _));
        disk.LosePower(new SeededRandom(1));

        Assert.Equal(Known.Interrupted, Open().Find("k", "f", out _));
    }

    [Fact]
    public void Old_answers_go_and_what_runs_stays()
    {
        var journal = Open();
        journal.Accept("slow", "f", null);
        for (var i = 0; i < 3 * CommandJournal.AnswersMax; i++)
        {
            journal.Accept($"k{i}", "f", null);
            journal.Complete($"k{i}", Done);
        }

        Assert.Equal(Known.Running, journal.Find("slow", "f", out _));
        Assert.Equal(Known.No, journal.Find("k0", "f", out _));
        Assert.Equal(Known.Answered, journal.Find($"k{(3 * CommandJournal.AnswersMax) - 1}", "f", out _));
    }

    [Fact]
    public void The_file_stays_small_and_keeps_what_counts()
    {
        var journal = Open();
        journal.Accept("sealed", "f", Seal(1, 3000));
        for (var i = 0; i < 10_000; i++)
        {
            journal.Accept($"k{i}", "f", null);
            journal.Complete($"k{i}", Done);
        }

        Assert.True(disk.Length("commands.journal") < 1024 * 1024);
        Assert.NotNull(Open().Seals.Refusal(Seal(1, 3000), Now));
    }

    [Fact]
    public void Full_of_signatures_it_takes_no_more_until_some_have_ended()
    {
        var used = new UsedSeals();
        for (var i = 0; i < UsedSeals.CountMax; i++)
        {
            used.Add($"k/{i}", Now.ToUnixTimeSeconds() + 60);
        }

        Assert.Equal(503, used.Refusal(Seal(1, 3000), Now)!.Status);
        Assert.Null(used.Refusal(Seal(1, 3000), Now + TimeSpan.FromSeconds(60)));
        Assert.Equal(0, used.Count);
    }

    /// <summary>Signatures are used, the clock goes forwards and back, the power is cut, the log is written anew: none counts twice.</summary>
    [Fact]
    public void No_signature_counts_twice_whatever_happens() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => HoldsFor((ulong)seed))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private static bool HoldsFor(ulong seed)
    {
        var random = new SeededRandom(seed);
        var disk = new MemoryFolder();
        var now = Now;
        var journal = new CommandJournal(disk, now);
        var used = new HashSet<string>(StringComparer.Ordinal);
        for (var step = 0; step < 60; step++)
        {
            now += TimeSpan.FromSeconds(random.Next(1200) - 500);
            if (random.Chance(0.2))
            {
                disk.LosePower(random);
                journal = new CommandJournal(disk, now);
            }

            var seal = Seal(random.Next(20), 1800);
            if (journal.Seals.Refusal(seal, now) is null)
            {
                if (!used.Add(seal.Nonce))
                {
                    return false;
                }

                journal.Accept($"k{step}", "f", seal);
            }
        }

        return true;
    }

    private static CommandSeal Seal(int nonce, int seconds) =>
        new(
            "0011223344556677",
            Now.ToUnixTimeSeconds(),
            Now.ToUnixTimeSeconds() + seconds,
            $"nonce-nonce-nonce-{nonce}",
            default
        );

    private CommandJournal Open() => new(disk, Now);
}
