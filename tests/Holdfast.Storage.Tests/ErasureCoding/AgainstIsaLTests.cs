using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Storage.Tests.ErasureCoding;

/// <summary>Encode, update and rebuild give what ISA-L gives, byte for byte, on every kernel.</summary>
public sealed unsafe class AgainstIsaLTests
{
    private const int Cases = 1500;

    [Theory, EveryTier]
    public void Random_codes_lengths_offsets_and_losses_agree(KernelTier tier)
    {
        var isal = IsaL.Require();
        var random = new SeededRandom(5);
        for (var i = 0; i < Cases; i++)
        {
            var k = 1 + random.Next(i % 10 == 0 ? 120 : 20);
            var m = 1 + random.Next(i % 10 == 0 ? 60 : 12);
            var length = 1 + random.Next(i % 20 == 0 ? 20_000 : 300);
            var kind = m <= 3 && random.Next(2) == 0 ? MatrixKind.Vandermonde : MatrixKind.Cauchy;
            var code = ErasureCode.Create(k, m, kind, tier);
            Check(isal, code, length, random, $"case {i}: {kind} {k}+{m}, {length} bytes");
        }
    }

    [Theory, EveryTier]
    public void Every_length_up_to_300_agrees_for_each_way_of_grouping_rows(KernelTier tier)
    {
        var isal = IsaL.Require();
        var random = new SeededRandom(6);
        foreach (
            var (k, m) in new[] { (3, 1), (4, 2), (6, 4), (8, 3), (12, 4), (16, 7), (8, 8), (5, 5), (7, 6), (9, 7) }
        )
        {
            var code = ErasureCode.Create(k, m, MatrixKind.Cauchy, tier);
            for (var length = 1; length <= 300; length++)
            {
                Check(isal, code, length, random, $"{k}+{m}, {length} bytes");
            }
        }
    }

    private static void Check(IsaL isal, ErasureCode code, int length, SeededRandom random, string what)
    {
        var (k, m) = (code.DataShards, code.ParityShards);
        // Each shard begins at an address of its own choosing.
        Memory<byte>[] shards =
        [
            .. Enumerable
                .Range(0, k + m)
                .Select(_ => random.Next(64))
                .Select(offset => new Memory<byte>(Shards.Bytes(length + offset, random), offset, length)),
        ];
        var parity = Theirs(isal, code.ParityMatrix, shards[..k], length);

        code.Encode(shards);
        AssertEqual(parity, shards[k..], what);

        // A shard changes: theirs adds the share of the difference.
        var changed = random.Next(k);
        var before = shards[changed];
        var after = Shards.Bytes(length, random);
        AddTheirs(isal, code.ParityMatrix, changed, before.Span, after, parity);
        code.Update(changed, before, after, shards.AsSpan(k));
        shards[changed] = after;
        AssertEqual(parity, shards[k..], $"update in {what}");

        Lose(isal, code, shards, random, what);
    }

    private static void Lose(IsaL isal, ErasureCode code, Memory<byte>[] shards, SeededRandom random, string what)
    {
        var (k, m) = (code.DataShards, code.ParityShards);
        int[] order = [.. Enumerable.Range(0, k + m).OrderBy(_ => random.Next(int.MaxValue))];
        var lost = order[..(1 + random.Next(m))];
        var survivors = order[^k..];
        var plan = code.PlanRebuild(lost, survivors);

        // Theirs: invert the survivors' rows, as its own examples do, then multiply.
        var rows = GaloisMatrix.Generate(k, k, (row, column) => code.Coefficient(survivors[row], column));
        Assert.True(rows.TryInvert(out var inverse));
        var wanted = GaloisMatrix
            .Generate(lost.Length, k, (row, column) => code.Coefficient(lost[row], column))
            .Multiply(inverse);
        var length = shards[0].Length;
        var theirs = Theirs(isal, wanted, [.. survivors.Select(survivor => shards[survivor])], length);

        var original = Shards.Copy(lost.Select(index => shards[index]));
        foreach (var index in lost)
        {
            shards[index].Span.Fill(0xEE);
        }

        plan.Rebuild(shards);
        Memory<byte>[] rebuilt = [.. lost.Select(index => shards[index])];
        AssertEqual(theirs, rebuilt, $"rebuild of {string.Join(", ", lost)} in {what}");
        AssertEqual(original, rebuilt, $"original of {string.Join(", ", lost)} in {what}");
    }

    private static byte[][] Theirs(IsaL isal, GaloisMatrix matrix, Memory<byte>[] sources, int length)
    {
        var (k, rows) = (matrix.Columns, matrix.Rows);
        var tables = new byte[32 * k * rows];
        var stripe = Stripe.Staggered(k + rows, length);
        for (var i = 0; i < k; i++)
        {
            sources[i].Span.CopyTo(stripe[i]);
        }

        var addresses = stackalloc byte*[k + rows];
        for (var i = 0; i < k + rows; i++)
        {
            addresses[i] = (byte*)stripe.AddressOf(i);
        }

        var elements = GaloisMatrixTests.Elements(matrix);
        fixed (
            byte* table = tables,
                element = elements
        )
        {
            isal.InitTables(k, rows, element, table);
            isal.EncodeData(length, k, rows, table, addresses, addresses + k);
        }

        return Shards.Copy(stripe.ToMemories()[k..]);
    }

    private static void AddTheirs(
        IsaL isal,
        GaloisMatrix matrix,
        int changed,
        ReadOnlySpan<byte> before,
        byte[] after,
        byte[][] parity
    )
    {
        var (k, rows, length) = (matrix.Columns, matrix.Rows, after.Length);
        var tables = new byte[32 * k * rows];
        var stripe = Stripe.Staggered(1 + rows, length);
        for (var i = 0; i < length; i++)
        {
            stripe[0][i] = (byte)(before[i] ^ after[i]);
        }

        var outputs = stackalloc byte*[rows];
        for (var i = 0; i < rows; i++)
        {
            parity[i].CopyTo(stripe[1 + i]);
            outputs[i] = (byte*)stripe.AddressOf(1 + i);
        }

        var elements = GaloisMatrixTests.Elements(matrix);
        fixed (
            byte* table = tables,
                element = elements
        )
        {
            isal.InitTables(k, rows, element, table);
            isal.EncodeDataUpdate(length, k, rows, changed, table, (byte*)stripe.AddressOf(0), outputs);
        }

        for (var i = 0; i < rows; i++)
        {
            stripe[1 + i].CopyTo(parity[i]);
        }
    }

    private static void AssertEqual(byte[][] expected, Memory<byte>[] actual, string what)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(actual[i].Span.SequenceEqual(expected[i]), $"shard {i} differs: {what}");
        }
    }
}
