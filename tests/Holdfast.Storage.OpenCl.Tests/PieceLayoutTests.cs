using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.OpenCl.Pipeline;
using Xunit;

namespace Holdfast.Storage.OpenCl.Tests;

public sealed class PieceLayoutTests
{
    private const int Unit = 4096;
    private const long Megabyte = 1 << 20;

    [Fact]
    public void Three_pieces_of_every_shard_fit_into_the_memory_granted()
    {
        Prop.ForAll(
                Gen.Choose(1, 254).ToArbitrary(),
                Gen.Choose(4, 2000).ToArbitrary(),
                (shards, megabytes) =>
                {
                    var layout = PieceLayout.For(shards, 255 - shards, Unit, megabytes * Megabyte, long.MaxValue);
                    return layout.PieceMax % Unit == 0
                        && layout.PieceMax >= Unit
                        && 3L * 255 * layout.PieceMax <= megabytes * Megabyte;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_buffer_is_larger_than_the_device_allows()
    {
        var layout = PieceLayout.For(10, 4, Unit, 1000 * Megabyte, 2 * Megabyte);
        Assert.InRange(10L * layout.PieceMax, Unit, 2 * Megabyte);
    }

    [Fact]
    public void A_piece_stays_addressable_with_all_the_memory_in_the_world()
    {
        var layout = PieceLayout.For(1, 1, Unit, long.MaxValue, long.MaxValue);
        Assert.InRange(layout.PieceMax, 1 << 30, int.MaxValue);
        Assert.Equal(layout.PieceMax, layout.Whole(int.MaxValue));
    }

    [Theory]
    [InlineData(1, 64 * 1024)]
    [InlineData(100_000, 64 * 1024)]
    [InlineData(1 << 20, 1 << 18)]
    [InlineData(1 << 28, 1 << 20)]
    public void Shards_are_cut_into_pieces_enough_to_overlap_and_worth_starting(int length, int piece) =>
        Assert.Equal(piece, PieceLayout.For(1, 1, Unit, 6 * Megabyte, long.MaxValue).PieceFor(length));

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 8192)]
    public void Lengths_are_rounded_up_to_what_a_work_group_does(int length, int whole) =>
        Assert.Equal(whole, PieceLayout.For(1, 1, Unit, Megabyte, Megabyte).Whole(length));
}
