using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Shards;
using Xunit;

namespace Holdfast.Storage.Tests.Shards;

public sealed class ShardHeaderTests
{
    private static readonly ShardHeader Example = new(
        new ShardSet(
            new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            new ShardLayout(10, 4, MatrixKind.Vandermonde, 0x01020),
            0x0102030405,
            ShardContent.Tar
        ),
        13
    );

    /// <summary>Shards of today must be readable for as long as there is a version 1.</summary>
    [Fact]
    public void The_bytes_of_a_header_are_as_documented()
    {
        var bytes = new byte[ShardHeader.Length];
        Example.Write(bytes);
        Assert.Equal(
            "89484653480D0A1A" // magic
                + "01000A04010D0100" // version 1, 10 + 4, Vandermonde, shard 13, tar, 0
                + "2010000000000000" // 0x1020 bytes a piece
                + "0504030201000000" // bytes of the source
                + "00112233445566778899AABBCCDDEEFF"
                + "000000000000000000000000",
            Convert.ToHexString(bytes[..60])
        );
    }

    [Fact]
    public void What_is_written_is_read() =>
        Prop.ForAll(
                Gen.Choose(0, 255).Four().ToArbitrary(),
                some =>
                {
                    var (k, m, piece, length) = some;
                    var layout = new ShardLayout(k, m, MatrixKind.Cauchy, piece * 1000);
                    var set = new ShardSet(Guid.NewGuid(), layout, (long)length << piece % 60, ShardContent.Bytes);
                    var header = new ShardHeader(set, Math.Max(0, layout.TotalShards - 1));
                    var bytes = new byte[ShardHeader.Length];
                    header.Write(bytes);
                    var result = ShardHeader.Parse(bytes);
                    return layout.Problem() is null && set.SourceLength is >= 0 and <= ShardSet.SourceLengthMax
                        ? result.Header == header && result.Fault == ShardFault.None
                        : result.Header is null && result.Fault == ShardFault.HeaderOutOfRange;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_changed_bit_is_noticed()
    {
        var bytes = new byte[ShardHeader.Length];
        Example.Write(bytes);
        for (var bit = 0; bit < ShardHeader.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var result = ShardHeader.Parse(bytes);
            Assert.Null(result.Header);
            Assert.Equal(bit < 64 ? ShardFault.NotAShard : ShardFault.HeaderDamaged, result.Fault);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(8, 2, ShardFault.UnknownVersion, "is a shard of version 2, of which this program knows nothing")]
    [InlineData(10, 0, ShardFault.HeaderOutOfRange, "0 data shards are too few")]
    [InlineData(10, 252, ShardFault.HeaderOutOfRange, "252 + 4 shards are too many, 255 are the most")]
    [InlineData(11, 0, ShardFault.HeaderOutOfRange, "0 parity shards are too few")]
    [InlineData(12, 2, ShardFault.HeaderOutOfRange, "matrix 2 is not known")]
    [InlineData(13, 14, ShardFault.HeaderOutOfRange, "it is shard 14 of 14, counted from 0")]
    [InlineData(14, 2, ShardFault.HeaderOutOfRange, "content 2 is not known")]
    [InlineData(15, 1, ShardFault.HeaderOutOfRange, "bytes that must be 0 are not")]
    [InlineData(19, 0x80, ShardFault.HeaderOutOfRange, "pieces of -2147479520 bytes cannot be")]
    [InlineData(18, 0xFF, ShardFault.HeaderOutOfRange, "14 shards have pieces of 1 to ")]
    [InlineData(23, 1, ShardFault.HeaderOutOfRange, "bytes that must be 0 are not")]
    [InlineData(31, 0x80, ShardFault.HeaderOutOfRange, "a source of -")]
    [InlineData(31, 0x20, ShardFault.HeaderOutOfRange, "a source of 2305843")]
    [InlineData(48, 1, ShardFault.HeaderOutOfRange, "bytes that must be 0 are not")]
    [InlineData(59, 1, ShardFault.HeaderOutOfRange, "bytes that must be 0 are not")]
    public void What_cannot_be_is_refused_though_its_checksum_fits(int at, int value, ShardFault fault, string says)
    {
        var bytes = new byte[ShardHeader.Length];
        Example.Write(bytes);
        bytes[at] = (byte)value;
        WrittenShards.SealHeader(bytes);
        var result = ShardHeader.Parse(bytes);
        Assert.Equal((null, fault), (result.Header, result.Fault));
        Assert.Contains(says, result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_cut_off_is_told_from_what_is_no_shard()
    {
        var bytes = new byte[ShardHeader.Length];
        Example.Write(bytes);
        Assert.Equal("ends within its header, after 63 bytes", ShardHeader.Parse(bytes.AsSpan(0, 63)).Text);
        Assert.Equal("is no shard", ShardHeader.Parse("hello"u8).Text);
        Assert.Equal("is no shard", ShardHeader.Parse([]).Text);
    }

    [Fact]
    public void A_header_needs_its_room() =>
        Assert.Throws<ArgumentException>(() => Example.Write(new byte[ShardHeader.Length - 1]));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 4)]
    [InlineData(60, 4)]
    [InlineData(61, 4)]
    [InlineData(200, 55)]
    public void The_usual_layout_fits_into_the_buffers(int k, int m)
    {
        Assert.Null(ShardLayout.Usual(k, m).Problem());
        var most = ShardLayout.PieceLengthMax(k + m);
        Assert.InRange(2L * (k + m) * (most + 4096 + 320 + PieceChecksum.Length), 0, ShardLayout.BuffersMax);
    }
}
