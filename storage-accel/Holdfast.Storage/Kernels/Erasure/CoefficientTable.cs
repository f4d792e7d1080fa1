using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// A matrix made ready for a kernel: its rows in groups that are computed in one pass, and for each group the coefficients in the order in which
/// the loop meets them, the last source's first. Immutable.
/// </summary>
internal sealed unsafe class CoefficientTable
{
    private const int Alignment = 64;

    private readonly ErasureKernel kernel;
    private readonly RowGroup[] groups;

    // Pinned, so that its address can be kept.
    private readonly byte[] bytes;
    private readonly int start;

    private CoefficientTable(ErasureKernel kernel, int rows, int sources, Builder builder)
    {
        this.kernel = kernel;
        (Rows, Sources, groups) = (rows, sources, [.. builder.Groups]);
        bytes = GC.AllocateArray<byte>(builder.Bytes.Count + Alignment, pinned: true);
        fixed (byte* address = bytes)
        {
            start = (int)(-(nint)address & (Alignment - 1));
        }

        builder.Bytes.CopyTo(bytes, start);
    }

    public int Rows { get; }

    public int Sources { get; }

    public static CoefficientTable Of(GaloisMatrix matrix, ErasureKernel kernel)
    {
        var builder = new Builder(kernel);
        for (var first = 0; first < matrix.Rows; first += RowGroup.RowsMax)
        {
            builder.AddProducts(matrix, first, Math.Min(RowGroup.RowsMax, matrix.Rows - first));
        }

        return new CoefficientTable(kernel, matrix.Rows, matrix.Columns, builder);
    }

    /// <summary>The parity rows of <see cref="GaloisMatrix.Cauchy"/>, with as few products as their structure allows.</summary>
    public static CoefficientTable OfCauchy(int dataShards, int parityShards, ErasureKernel kernel)
    {
        var matrix = GaloisMatrix.Cauchy(dataShards, parityShards);
        if (!kernel.TransformsCauchy)
        {
            return Of(matrix, kernel);
        }

        var builder = new Builder(kernel);
        for (var first = 0; first < parityShards; first += builder.Groups[^1].Rows)
        {
            var rest = parityShards - first;
            switch (CauchyTransform.SizeFor(dataShards, rest))
            {
                case 8:
                    builder.AddCauchy(RowGroupKind.CauchyEight, dataShards, first, Math.Min(8, rest), size: 8);
                    break;
                case 4:
                    builder.AddCauchy(RowGroupKind.CauchyFour, dataShards, first, Math.Min(4, rest), size: 4);
                    break;
                case 2 when rest >= 4:
                    builder.AddCauchy(RowGroupKind.CauchyTwoAndTwo, dataShards, first, 4, size: 2);
                    break;
                case 2 when rest == 2:
                    builder.AddCauchy(RowGroupKind.CauchyTwo, dataShards, first, 2, size: 2);
                    break;
                default:
                    builder.AddProducts(matrix, first, Math.Min(RowGroup.RowsMax, rest));
                    break;
            }
        }

        return new CoefficientTable(kernel, parityShards, dataShards, builder);
    }

    /// <summary>outputs = rows · sources, or outputs += rows · sources.</summary>
    /// <param name="sources"><see cref="Sources"/> addresses.</param>
    /// <param name="outputs"><see cref="Rows"/> addresses; none shares a byte with a source or another output.</param>
    /// <param name="length">Of each shard, in bytes.</param>
    public void Multiply(byte** sources, byte** outputs, nint length, DataLocality locality, bool accumulate = false)
    {
        var path = PathFor(outputs, length, locality);
        fixed (byte* address = bytes)
        {
            foreach (var group in groups)
            {
                var work = new RowWork
                {
                    Group = group,
                    Coefficients = address + start + group.Offset,
                    SourceCount = Sources,
                    Sources = sources,
                    Outputs = outputs + group.First,
                    Length = length,
                    Accumulate = accumulate,
                };
                kernel.Run(in work, path);
            }
        }
    }

    private MemoryPath PathFor(byte** outputs, nint length, DataLocality locality)
    {
        var footprint = (Sources + Rows) * (long)length;
        if (!CacheSizes.AreStreamed(locality, footprint))
        {
            return footprint <= CacheSizes.Near ? MemoryPath.Near : MemoryPath.Far;
        }

        for (var row = 0; row < Rows; row++)
        {
            if ((nint)outputs[row] % Alignment != 0)
            {
                return MemoryPath.Far;
            }
        }

        return MemoryPath.Streamed;
    }

    /// <summary>What is gathered while the groups are laid one behind the other.</summary>
    private sealed class Builder(ErasureKernel kernel)
    {
        public List<RowGroup> Groups { get; } = [];

        public List<byte> Bytes { get; } = [];

        public void AddProducts(GaloisMatrix matrix, int first, int rows)
        {
            var ones = !matrix.Row(first).ContainsAnyExcept((byte)1);
            Groups.Add(new(ones ? RowGroupKind.OnesFirst : RowGroupKind.Products, first, rows, Bytes.Count));
            for (var source = matrix.Columns - 1; source >= 0; source--)
            {
                for (var row = first; row < first + rows; row++)
                {
                    Write(matrix[row, source]);
                }
            }
        }

        public void AddCauchy(RowGroupKind kind, int dataShards, int first, int rows, int size)
        {
            Groups.Add(new(kind, first, rows, Bytes.Count));
            foreach (var constant in CauchyTransform.Closing(size))
            {
                Write(constant);
            }

            for (var source = dataShards - size; source >= 0; source -= size)
            {
                for (var row = first; row < first + rows; row += size)
                {
                    foreach (var constant in CauchyTransform.Turn(size, (dataShards + row) ^ source))
                    {
                        Write(constant);
                    }
                }
            }
        }

        private void Write(byte factor)
        {
            Span<byte> written = stackalloc byte[NibbleTables.Size];
            kernel.WriteCoefficient(factor, written);
            Bytes.AddRange(written[..kernel.CoefficientSize]);
        }
    }
}
