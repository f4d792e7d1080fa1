using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.Kernels;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Storage.Tests;

public sealed unsafe class ZeroDetectionTests
{
    [Theory, EveryTier]
    public void No_bytes_are_zero(KernelTier tier) =>
        Assert.True(ZeroDetection.IsZero([], DataLocality.Automatic, tier));

    [Theory, EveryTier]
    public void One_byte_anywhere_is_found(KernelTier tier)
    {
        foreach (var length in new[] { 1, 15, 64, 65, 200, 511, 1100 })
        {
            var data = new byte[length];
            for (var at = 0; at < length; at++)
            {
                data[at] = 0x10;
                Assert.False(ZeroDetection.IsZero(data, DataLocality.Cached, tier), $"{at} of {length}");
                Assert.False(ZeroDetection.IsZero(data, DataLocality.Streamed, tier), $"{at} of {length}, streamed");
                data[at] = 0;
            }

            Assert.True(ZeroDetection.IsZero(data, DataLocality.Automatic, tier));
        }
    }

    [Theory, EveryTier]
    public void Bytes_beside_the_buffer_do_not_count(KernelTier tier) =>
        Prop.ForAll<ulong>(seed =>
            {
                var random = new SeededRandom(seed);
                var data = new byte[3000];
                random.Fill(data);
                var (offset, length) = (random.Next(100), 1 + random.Next(2800));
                var inside = data.AsSpan(offset, length);
                inside.Clear();
                var zero = ZeroDetection.IsZero(inside, DataLocality.Automatic, tier);
                inside[random.Next(length)] = (byte)(1 + random.Next(255));
                return zero && !ZeroDetection.IsZero(inside, DataLocality.Automatic, tier);
            })
            .QuickCheckThrowOnFailure();

    [Theory, EveryTier]
    public void It_says_what_ISA_L_says(KernelTier tier)
    {
        var isal = IsaL.Require();
        var random = new SeededRandom(41);
        var data = new byte[9000];
        fixed (byte* start = data)
        {
            for (var i = 0; i < 3000; i++)
            {
                var (offset, length) = (random.Next(100), i < 300 ? i + 1 : 1 + random.Next(8800));
                var flipped = offset + random.Next(length);
                data[flipped] = (byte)random.Next(2);
                var theirs = isal.ZeroDetect(start + offset, (nuint)length) == 0;
                Assert.Equal(theirs, ZeroDetection.IsZero(data.AsSpan(offset, length), DataLocality.Automatic, tier));
                data[flipped] = 0;
            }
        }
    }
}
