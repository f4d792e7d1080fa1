using Holdfast.Benchmarks.Storage;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Benchmarks.Tests;

/// <summary>Each row of the storage bench runs once on both sides with little memory, so that none rots.</summary>
public sealed class StorageRowTests
{
    /// <summary>In bytes: a stripe of the longest shards.</summary>
    private const long Little = 16 << 20;

    [Fact]
    public void Rows_of_erasure_coding_run() => RunOnce(ErasureRows.All(IsaL.Require(), Little));

    [Fact]
    public void Rows_of_checksums_run() => RunOnce(ChecksumRows.All(IsaL.Require(), Little));

    [Fact]
    public void Rows_of_parity_and_zero_detection_run() => RunOnce(RaidRows.All(IsaL.Require(), Little));

    private static void RunOnce(IEnumerable<Comparison> rows)
    {
        HashSet<string> names = [];
        foreach (var row in rows)
        {
            Assert.True(names.Add(row.Name), $"two rows are called {row.Name}");
            row.IsaL();
            row.Ours();
        }

        Assert.NotEmpty(names);
    }
}
