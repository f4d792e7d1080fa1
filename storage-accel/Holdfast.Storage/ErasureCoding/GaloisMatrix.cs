using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Storage.ErasureCoding;

/// <summary>An immutable matrix over <see cref="GaloisField"/>, row after row.</summary>
public sealed class GaloisMatrix
{
    private readonly byte[] elements;

    private GaloisMatrix(int rows, int columns, byte[] elements) =>
        (Rows, Columns, this.elements) = (rows, columns, elements);

    public int Rows { get; }

    public int Columns { get; }

    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public byte this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
            return Row(row)[column];
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<byte> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return elements.AsSpan(row * Columns, Columns);
    }

    /// <param name="elements">Row after row; rows · columns bytes.</param>
    /// <exception cref="ArgumentException">The number of elements is not rows · columns, or one of these is not positive.</exception>
    public static GaloisMatrix Create(int rows, int columns, ReadOnlySpan<byte> elements)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        return elements.Length == (long)rows * columns
            ? new GaloisMatrix(rows, columns, elements.ToArray())
            : throw new ArgumentException(
                $"A matrix of {rows} × {columns} has {(long)rows * columns} elements, not {elements.Length}.",
                nameof(elements)
            );
    }

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is less than 1.</exception>
    public static GaloisMatrix Identity(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return Generate(size, size, (row, column) => row == column ? (byte)1 : (byte)0);
    }

    /// <summary>
    /// The parity rows of ISA-L's <c>gf_gen_rs_matrix</c>: row r holds the powers 0, 1, 2 … of 2ʳ, so that row 0 is all ones. Not every choice of
    /// shards can be rebuilt with it when there are four parity shards or more.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="ErasureCode.Create(int, int, MatrixKind)"/>.</exception>
    public static GaloisMatrix Vandermonde(int dataShards, int parityShards)
    {
        ErasureCode.CheckCounts(dataShards, parityShards);
        return Generate(
            parityShards,
            dataShards,
            (row, column) => GaloisField.Power(GaloisField.Power(2, row), column)
        );
    }

    /// <summary>The parity rows of ISA-L's <c>gf_gen_cauchy1_matrix</c>: 1 / ((k + row) ⊕ column). Any k shards rebuild the others.</summary>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="ErasureCode.Create(int, int, MatrixKind)"/>.</exception>
    public static GaloisMatrix Cauchy(int dataShards, int parityShards)
    {
        ErasureCode.CheckCounts(dataShards, parityShards);
        return Generate(
            parityShards,
            dataShards,
            (row, column) => GaloisField.Inverse((byte)((dataShards + row) ^ column))
        );
    }

    /// <exception cref="ArgumentException">The inner dimensions differ.</exception>
    public GaloisMatrix Multiply(GaloisMatrix right)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (Columns != right.Rows)
        {
            throw new ArgumentException(
                $"A matrix with {Columns} columns cannot be multiplied by one with {right.Rows} rows.",
                nameof(right)
            );
        }

        return Generate(
            Rows,
            right.Columns,
            (row, column) =>
            {
                byte sum = 0;
                for (var i = 0; i < Columns; i++)
                {
                    sum ^= GaloisField.Multiply(this[row, i], right[i, column]);
                }

                return sum;
            }
        );
    }

    /// <summary>Gauss–Jordan elimination. False when the matrix is singular.</summary>
    /// <exception cref="InvalidOperationException">The matrix is not square.</exception>
    public bool TryInvert([NotNullWhen(true)] out GaloisMatrix? inverse)
    {
        if (Rows != Columns)
        {
            throw new InvalidOperationException($"A matrix of {Rows} × {Columns} has no inverse.");
        }

        var left = elements.ToArray();
        var right = Identity(Rows).elements;
        for (var pivot = 0; pivot < Rows; pivot++)
        {
            var row = pivot;
            while (row < Rows && left[(row * Columns) + pivot] == 0)
            {
                row++;
            }

            if (row == Rows)
            {
                inverse = null;
                return false;
            }

            Swap(left, row, pivot);
            Swap(right, row, pivot);
            var scale = GaloisField.Inverse(left[(pivot * Columns) + pivot]);
            Scale(left, pivot, scale);
            Scale(right, pivot, scale);
            for (var other = 0; other < Rows; other++)
            {
                if (other != pivot)
                {
                    var factor = left[(other * Columns) + pivot];
                    Subtract(left, other, pivot, factor);
                    Subtract(right, other, pivot, factor);
                }
            }
        }

        inverse = new GaloisMatrix(Rows, Columns, right);
        return true;
    }

    internal static GaloisMatrix Generate(int rows, int columns, Func<int, int, byte> element)
    {
        var elements = new byte[rows * columns];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = element(i / columns, i % columns);
        }

        return new GaloisMatrix(rows, columns, elements);
    }

    private void Swap(byte[] matrix, int a, int b)
    {
        if (a == b)
        {
            return;
        }

        for (var column = 0; column < Columns; column++)
        {
            (matrix[(a * Columns) + column], matrix[(b * Columns) + column]) = (
                matrix[(b * Columns) + column],
                matrix[(a * Columns) + column]
            );
        }
    }

    private void Scale(byte[] matrix, int row, byte factor)
    {
        foreach (ref var element in matrix.AsSpan(row * Columns, Columns))
        {
            element = GaloisField.Multiply(element, factor);
        }
    }

    private void Subtract(byte[] matrix, int row, int other, byte factor)
    {
        for (var column = 0; column < Columns; column++)
        {
            matrix[(row * Columns) + column] ^= GaloisField.Multiply(matrix[(other * Columns) + column], factor);
        }
    }
}
