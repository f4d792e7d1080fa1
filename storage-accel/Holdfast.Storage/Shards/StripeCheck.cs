using System.Globalization;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Shards;

/// <summary>Looks at one stripe after another: can it be rebuilt, and where all of it is there, does the parity fit.</summary>
internal sealed class StripeCheck(ErasureCode code)
{
    private readonly (long FirstStripe, long Pieces)[] liars = new (long, long)[code.TotalShards];

    /// <summary>Why the source is lost; empty: it isn't.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Shards with pieces whose checksum fits and which the others prove wrong.</summary>
    public IEnumerable<(int Shard, long FirstStripe, long Pieces)> Liars =>
        liars
            .Index()
            .Where(liar => liar.Item.Pieces > 0)
            .Select(liar => (liar.Index, liar.Item.FirstStripe, liar.Item.Pieces));

    /// <returns>What is wrong when fewer than k intact pieces are left; null: enough are.</returns>
    public static string? TooFew(StripeBuffer buffer, ErasureCode code) =>
        buffer.IntactPieces >= code.DataShards
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"of stripe {buffer.Number} only {buffer.IntactPieces} intact pieces are left, and {code.DataShards} are needed"
            );

    public void Look(StripeBuffer buffer)
    {
        if (buffer.IntactPieces < code.TotalShards)
        {
            Tell(TooFew(buffer, code));
            return;
        }

        var verdict = code.Verify(buffer.Pieces);
        if (verdict.Liar is { } liar)
        {
            liars[liar] = (liars[liar].Pieces == 0 ? buffer.Number : liars[liar].FirstStripe, liars[liar].Pieces + 1);
        }
        else if (!verdict.IsConsistent)
        {
            Tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the pieces of stripe {buffer.Number} contradict each other, though their checksums fit, and it cannot be told which of them lie"
                )
            );
        }
    }

    private void Tell(string? problem)
    {
        if (Problem.Length == 0 && problem is not null)
        {
            Problem = problem;
        }
    }
}
