using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Firmware.Boards;
using Xunit;

namespace Holdfast.Firmware.Tests.Boards;

/// <summary>The simulated board, damaged at random: the reader never throws, and never takes it for a smaller rack.</summary>
public sealed class HostileBoardTests : IDisposable
{
    private static readonly byte[] Sim = File.ReadAllBytes(
        Path.Combine(AppContext.BaseDirectory, "boards", "sim.json")
    );
    private static readonly string[] Tokens = Tokenize(Encoding.UTF8.GetString(Sim));

    private readonly BoardFolder folder = new();

    public HostileBoardTests() => folder.Write("sim.password", "simulated");

    [Fact]
    public void Flipped_bytes_are_told_or_change_nothing_that_counts() => ForSeeds(Flip);

    [Fact]
    public void A_cut_file_is_never_a_board() =>
        ForSeeds(random => Sim[..random.Next(Sim.Length - 2)], neverGood: true);

    [Fact]
    public void Swapped_tokens_are_told_or_change_nothing_that_counts() => ForSeeds(Swap);

    [Fact]
    public void Repeated_and_lost_tokens_are_told_or_change_nothing_that_counts() => ForSeeds(RepeatOrLose);

    [Fact]
    public void Any_bytes_at_all_are_no_board() =>
        Prop.ForAll<byte[]>(bytes =>
                BoardLoader.Load(folder.Write("board.json", bytes)) is { Board: null, Problems.Count: > 0 }
            )
            .QuickCheckThrowOnFailure();

    public void Dispose() => folder.Dispose();

    private void ForSeeds(Func<SeededRandom, byte[]> damage, bool neverGood = false) =>
        Prop.ForAll<ulong>(seed =>
            {
                var result = BoardLoader.Load(folder.Write("board.json", damage(new SeededRandom(seed))));
                var told = result is { Board: null, Problems.Count: > 0 };
                var whole = result is { Board: { Nodes.Count: 16, Zones.Count: 4 }, Problems.Count: 0 };
                return told || (whole && !neverGood);
            })
            .QuickCheckThrowOnFailure();

    private static byte[] Flip(SeededRandom random)
    {
        var bytes = Sim.ToArray();
        for (var i = random.Next(5); i >= 0; i--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private static byte[] Swap(SeededRandom random)
    {
        var tokens = Tokens.ToArray();
        var (a, b) = (random.Next(tokens.Length), random.Next(tokens.Length));
        (tokens[a], tokens[b]) = (tokens[b], tokens[a]);
        return Encoding.UTF8.GetBytes(string.Concat(tokens));
    }

    private static byte[] RepeatOrLose(SeededRandom random)
    {
        var tokens = Tokens.ToList();
        var at = random.Next(tokens.Count);
        if (random.Next(2) == 0)
        {
            tokens.Insert(random.Next(tokens.Count), tokens[at]);
        }
        else
        {
            tokens.RemoveAt(at);
        }

        return Encoding.UTF8.GetBytes(string.Concat(tokens));
    }

    /// <summary>Texts, numbers and signs, without the space between.</summary>
    private static string[] Tokenize(string json) =>
        [.. Regex.Matches(json, "\"[^\"]*\"|[0-9.]+|[^\\s]").Select(match => match.Value)];
}
