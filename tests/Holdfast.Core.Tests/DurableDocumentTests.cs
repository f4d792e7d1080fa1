using Holdfast.Testing;
using Xunit;

namespace Holdfast.Core.Tests;

public sealed class DurableDocumentTests
{
    [Fact]
    public void A_document_survives_a_power_cut()
    {
        var folder = new MemoryFolder();
        new DurableDocument(folder, "state").Write("first"u8);
        new DurableDocument(folder, "state").Write("second"u8);
        folder.LosePower(new SeededRandom(1));

        Assert.Equal("second"u8.ToArray(), new DurableDocument(folder, "state").Read(out var damage));
        Assert.Empty(damage);
    }

    [Fact]
    public void A_damaged_document_gives_its_predecessor_and_says_so()
    {
        var folder = new MemoryFolder();
        var document = new DurableDocument(folder, "state");
        document.Write("first"u8);
        document.Write("second"u8);
        folder.FlipBit("state", 9, 2);

        Assert.Equal("first"u8.ToArray(), document.Read(out var damage));
        Assert.Contains("predecessor", damage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_document_is_never_kept_as_predecessor()
    {
        var folder = new MemoryFolder();
        var document = new DurableDocument(folder, "state");
        document.Write("first"u8);
        document.Write("second"u8);
        folder.FlipBit("state", 9, 2);
        document.Write("third"u8);
        folder.FlipBit("state", 9, 2);

        Assert.Equal("first"u8.ToArray(), document.Read(out _));
    }

    [Fact]
    public void A_missing_document_is_no_damage()
    {
        Assert.Null(new DurableDocument(new MemoryFolder(), "state").Read(out var damage));
        Assert.Empty(damage);
    }
}
