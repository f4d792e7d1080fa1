namespace Holdfast.Storage.ErasureCoding;

/// <summary>
/// A systematic code rebuilds from any k shards exactly if every square piece of its parity rows, however rows and columns are chosen, can be
/// inverted (MacWilliams and Sloane, "The Theory of Error-Correcting Codes", chapter 11, theorem 8). Their number is C(k + m, m) − 1.
/// </summary>
internal static class MdsProof
{
    /// <summary>A second or so of work.</summary>
    private const int MinorsMax = 400_000;

    /// <exception cref="NotMdsException">A piece cannot be inverted, or there are too many to try them all.</exception>
    public static void Require(GaloisMatrix parity)
    {
        if (!IsFeasible(parity.Columns, parity.Rows))
        {
            throw new NotMdsException(
                $"It is not known whether {parity.Columns} + {parity.Rows} shards with this matrix rebuild from any {parity.Columns}, and there are too many "
                    + "choices to try. Use a Cauchy matrix, or vouch for this one."
            );
        }

        if (FindSingular(parity) is { } found)
        {
            throw new NotMdsException(
                $"With this matrix some losses cannot be rebuilt: its rows {string.Join(", ", found.Rows)} and columns {string.Join(", ", found.Columns)} "
                    + "have no inverse. Use a Cauchy matrix."
            );
        }
    }

    /// <returns>False when there are more pieces than <see cref="MinorsMax"/>: then nothing was tried.</returns>
    private static bool IsFeasible(int dataShards, int parityShards)
    {
        double pieces = 1;
        for (var i = 1; i <= parityShards; i++)
        {
            pieces = pieces * (dataShards + i) / i;
        }

        return pieces <= MinorsMax;
    }

    /// <summary>The rows and columns of a piece that cannot be inverted; null when there is none.</summary>
    private static (int[] Rows, int[] Columns)? FindSingular(GaloisMatrix parity)
    {
        for (var size = 1; size <= Math.Min(parity.Rows, parity.Columns); size++)
        {
            foreach (var rows in Choices(parity.Rows, size))
            {
                foreach (var columns in Choices(parity.Columns, size))
                {
                    if (!Piece(parity, rows, columns).TryInvert(out _))
                    {
                        return ([.. rows], [.. columns]);
                    }
                }
            }
        }

        return null;
    }

    private static GaloisMatrix Piece(GaloisMatrix matrix, int[] rows, int[] columns) =>
        GaloisMatrix.Generate(rows.Length, columns.Length, (row, column) => matrix[rows[row], columns[column]]);

    /// <summary>All ascending choices of <paramref name="size"/> numbers below <paramref name="count"/>; each is valid until the next.</summary>
    private static IEnumerable<int[]> Choices(int count, int size)
    {
        int[] choice = [.. Enumerable.Range(0, size)];
        while (true)
        {
            yield return choice;
            var position = size - 1;
            while (position >= 0 && choice[position] == count - size + position)
            {
                position--;
            }

            if (position < 0)
            {
                yield break;
            }

            choice[position]++;
            for (var next = position + 1; next < size; next++)
            {
                choice[next] = choice[next - 1] + 1;
            }
        }
    }
}
