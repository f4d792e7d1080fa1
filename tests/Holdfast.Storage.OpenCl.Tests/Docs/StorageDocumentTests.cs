using System.Text.RegularExpressions;
using Holdfast.Storage;
using Holdfast.Storage.Checksums;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.OpenCl;
using Holdfast.Storage.Raid;
using Holdfast.Testing;
using Xunit;

// Outside the library's namespace, where the document's usings are needed.
namespace Holdfast.Documents.Tests;

/// <summary>The code in docs/storage.md, run; and proof that it is the same.</summary>
public sealed partial class StorageDocumentTests
{
    private const int Length = 64 * 1024;

    private readonly byte[] source = Bytes(1);

    [Fact]
    public void Erasure_coding()
    {
        var code = ErasureCode.Create(dataShards: 10, parityShards: 4);

        var stripe = Stripe.Staggered(code.TotalShards, shardLength: 64 * 1024);
        source.CopyTo(stripe[0]);
        code.Encode(stripe);
        var parity = stripe[11].ToArray();
        stripe[11].Clear();

        var plan = code.PlanRebuild(2, 11);
        plan.Rebuild(stripe);
        var verdict = code.Verify(stripe);

        Assert.True(verdict.IsConsistent);
        Assert.Equal(parity, stripe[11].ToArray());
    }

    [Fact]
    public void Checksums()
    {
        var (first, second) = (Bytes(2), Bytes(3));
        byte[] message = [.. first, .. second];

        var whole = Crc32C.Compute(message);

        var stream = new Crc32C();
        stream.Append(first);
        stream.Append(second);
        var streamed = stream.Value;

        var combined = Crc32C.Combine(Crc32C.Compute(first), Crc32C.Compute(second), second.Length);

        Assert.Equal(whole, streamed);
        Assert.Equal(whole, combined);
    }

    [Fact]
    public void Parity_and_zeros()
    {
        var stripe = Stripe.Staggered(12, Length);
        source.CopyTo(stripe[3]);
        var block = new byte[4096];

        DualParity.Generate(stripe);
        stripe[3].Clear();
        DualParity.Recover(stripe, 3, 11);
        var fault = DualParity.Check(stripe);

        var unused = ZeroDetection.IsZero(block);

        Assert.Equal(source, stripe[3].ToArray());
        Assert.Equal(DualParityFault.None, fault);
        Assert.True(unused);
    }

    [Fact]
    public void Devices()
    {
        var code = ErasureCode.Create(4, 2);
        var shards = Stripe.Staggered(6, Length).ToMemories();

        var search = OpenClDevices.Find();
        using var accelerator = ErasureAccelerator.Create(code, search, TimeProvider.System);
        var why = accelerator.Verdict.Summary;
        var engine = accelerator.Encode(shards);

        Assert.NotEmpty(search.Finding);
        Assert.NotEmpty(why);
        Assert.True(Enum.IsDefined(engine));
    }

    [Fact]
    public void The_document_shows_what_runs_here()
    {
        var here = Lines(
            File.ReadAllText(SourceTree.PathOf("tests/Holdfast.Storage.OpenCl.Tests/Docs/StorageDocumentTests.cs"))
        );
        var blocks = Blocks().Matches(File.ReadAllText(SourceTree.PathOf("docs/storage.md")));
        Assert.Equal(4, blocks.Count);
        foreach (var block in blocks.Select(match => match.Groups[1].Value))
        {
            var from = 0;
            foreach (var line in Lines(block))
            {
                var at = Array.IndexOf(here, line, from);
                Assert.True(at >= 0, $"docs/storage.md shows \"{line}\", which no test runs in this order");
                from = at + 1;
            }
        }
    }

    /// <summary>Without comments and empty lines.</summary>
    private static string[] Lines(string text) =>
        [.. text.Split('\n').Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0)];

    private static byte[] Bytes(ulong seed)
    {
        var bytes = new byte[Length];
        new SeededRandom(seed).Fill(bytes);
        return bytes;
    }

    [GeneratedRegex("^```csharp\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("//.*$")]
    private static partial Regex Comment();
}
