using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.Checksums;
using Xunit;

namespace Holdfast.Storage.Tests.Checksums;

/// <summary>What every public checksum keeps.</summary>
public abstract class ChecksumContract<TChecksum, TValue>(TValue check)
    where TChecksum : struct, IChecksum<TChecksum, TValue>
    where TValue : unmanaged
{
    [Fact]
    public void It_gives_its_check_value() => Assert.Equal(check, TChecksum.Compute("123456789"u8));

    [Fact]
    public void Cut_anywhere_a_stream_gives_what_the_whole_gives() =>
        Prop.ForAll<byte[], ushort>(
                (seed, cut) =>
                {
                    var (front, back) = Split(seed, cut);
                    var stream = default(TChecksum);
                    stream.Append(front);
                    stream.Append([]);
                    stream.Append(back);
                    return stream.Value.Equals(TChecksum.Compute([.. front, .. back]));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Two_checksums_combine_to_that_of_both_messages() =>
        Prop.ForAll<byte[], ushort>(
                (seed, cut) =>
                {
                    var (front, back) = Split(seed, cut);
                    return TChecksum
                        .Combine(TChecksum.Compute(front), TChecksum.Compute(back), back.Length)
                        .Equals(TChecksum.Compute([.. front, .. back]));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Combining_is_associative_over_lengths_that_no_memory_holds()
    {
        var (a, b, c) = (TChecksum.Compute("a"u8), TChecksum.Compute("b"u8), TChecksum.Compute("c"u8));
        const long Length = long.MaxValue / 2;
        var left = TChecksum.Combine(TChecksum.Combine(a, b, Length), c, Length);
        var right = TChecksum.Combine(a, TChecksum.Combine(b, c, Length), 2 * Length);
        Assert.Equal(left, right);
    }

    [Fact]
    public void A_negative_length_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TChecksum.Combine(check, check, -1));

    [Fact]
    public void After_a_reset_it_has_seen_nothing()
    {
        var stream = default(TChecksum);
        stream.Append("some"u8);
        stream.Reset();
        Assert.Equal(TChecksum.Compute([]), stream.Value);
        stream.Append("123456789"u8);
        Assert.Equal(check, stream.Value);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var data = new byte[70_000];
        var stream = default(TChecksum);
        Assert.Equal(
            0,
            Allocations.Of(() =>
            {
                stream.Append(data);
                stream.Append(data.AsSpan(1, 5));
                _ = TChecksum.Combine(stream.Value, TChecksum.Compute(data), data.Length);
            })
        );
    }

    /// <summary>Long enough, most times, that both parts reach the widest kernels.</summary>
    private static (byte[] Front, byte[] Back) Split(byte[] seed, ushort cut)
    {
        var data = new byte[seed.Length * 97];
        new Random(seed.Length).NextBytes(data);
        seed.CopyTo(data, 0);
        var at = cut % (data.Length + 1);
        return (data[..at], data[at..]);
    }
}

public sealed class Crc32CTests() : ChecksumContract<Crc32C, uint>(0xE3069283);

public sealed class Crc32GzipTests() : ChecksumContract<Crc32Gzip, uint>(0xCBF43926);

public sealed class Crc32IeeeTests() : ChecksumContract<Crc32Ieee, uint>(0xFC891918);

public sealed class Crc16T10DifTests() : ChecksumContract<Crc16T10Dif, ushort>(0xD0DB);

public sealed class Crc64EcmaTests() : ChecksumContract<Crc64Ecma, ulong>(0x995DC9BBDF1939FA);

public sealed class Crc64EcmaNormalTests() : ChecksumContract<Crc64EcmaNormal, ulong>(0x62EC59E3F1A4F00A);

public sealed class Crc64IsoTests() : ChecksumContract<Crc64Iso, ulong>(0xB90956C775A41001);

/// <summary>No catalogue has it; libisal 2.30 and the definition gave the value.</summary>
public sealed class Crc64IsoNormalTests() : ChecksumContract<Crc64IsoNormal, ulong>(0x1B00415A776C026F);

public sealed class Crc64NvmeTests() : ChecksumContract<Crc64Nvme, ulong>(0xAE8B14860A799888);

public sealed class Adler32Tests() : ChecksumContract<Adler32, uint>(0x091E01DE);
