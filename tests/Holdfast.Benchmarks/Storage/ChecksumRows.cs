using System.Runtime.InteropServices;
using Holdfast.Storage.Checksums;
using Holdfast.Testing;

namespace Holdfast.Benchmarks.Storage;

/// <summary>Checksums of one message in cache, and of messages of 1 MiB that follow each other through more memory than caches hold.</summary>
internal static unsafe class ChecksumRows
{
    private const int Message = 1 << 20;
    private const long OutOfCache = 512L << 20;

    private static readonly (string Label, int Length)[] Cached =
    [
        ("4 KiB", 4 << 10),
        ("64 KiB", 64 << 10),
        ("1 MiB", Message),
    ];

    /// <summary>Takes the results, so that no compiler finds the work useless.</summary>
    private static ulong sink;

    private delegate ulong Checksum(byte* data, int length);

    /// <param name="outOfCacheBytes">A multiple of 1 MiB.</param>
    public static IEnumerable<Comparison> All(IsaL isal, long outOfCacheBytes = OutOfCache)
    {
        var memory = new Walk(outOfCacheBytes);
        var iscsi = isal.Crc32Iscsi;
        var t10 = isal.Crc16T10Dif;
        return
        [
            .. Rows("CRC32C", memory, (p, n) => iscsi(p, n, ~0u), (p, n) => Crc32C.Compute(new(p, n)), 1.45, 0.98),
            .. Crc64(isal, "CRC64 ECMA", "crc64_ecma_refl", memory, (p, n) => Crc64Ecma.Compute(new(p, n)), 0.97, 0.97),
            .. Crc64(
                isal,
                "CRC64 NVMe",
                "crc64_rocksoft_refl",
                memory,
                (p, n) => Crc64Nvme.Compute(new(p, n)),
                0.97,
                0.97
            ),
            .. Crc64(isal, "CRC64 ISO", "crc64_iso_refl", memory, (p, n) => Crc64Iso.Compute(new(p, n)), 1),
            .. Crc64(
                isal,
                "CRC64 ECMA normal",
                "crc64_ecma_norm",
                memory,
                (p, n) => Crc64EcmaNormal.Compute(new(p, n)),
                1
            ),
            .. Crc64(
                isal,
                "CRC64 ISO normal",
                "crc64_iso_norm",
                memory,
                (p, n) => Crc64IsoNormal.Compute(new(p, n)),
                1
            ),
            .. Crc32(isal, "CRC32 gzip", "crc32_gzip_refl", memory, (p, n) => Crc32Gzip.Compute(new(p, n))),
            .. Crc32(isal, "CRC32 IEEE", "crc32_ieee", memory, (p, n) => Crc32Ieee.Compute(new(p, n))),
            .. Rows(
                "CRC16 T10",
                memory,
                (p, n) => t10(0, p, (ulong)n),
                (p, n) => Crc16T10Dif.Compute(new(p, n)),
                1,
                null
            ),
            .. Crc32(isal, "Adler-32", "isal_adler32", memory, (p, n) => Adler32.Compute(new(p, n))),
        ];
    }

    private static IEnumerable<Comparison> Crc64(
        IsaL isal,
        string name,
        string function,
        Walk memory,
        Checksum ours,
        double cachedGoal,
        double? walkedGoal = null
    )
    {
        var theirs = isal.Crc64(function);
        return theirs == null ? [] : Rows(name, memory, (p, n) => theirs(0, p, (ulong)n), ours, cachedGoal, walkedGoal);
    }

    private static IEnumerable<Comparison> Crc32(IsaL isal, string name, string function, Walk memory, Checksum ours)
    {
        var theirs = isal.Crc32(function);
        return Rows(name, memory, (p, n) => theirs(0, p, (ulong)n), ours, 1, null);
    }

    private static IEnumerable<Comparison> Rows(
        string name,
        Walk memory,
        Checksum theirs,
        Checksum ours,
        double cachedGoal,
        double? walkedGoal
    ) =>
        [
            .. Cached.Select(size => new Comparison(
                $"{name} {size.Label}",
                size.Length,
                () => sink += theirs(memory.Start, size.Length),
                () => sink += ours(memory.Start, size.Length),
                cachedGoal
            )),
            new(
                $"{name} out of cache",
                Message,
                () => sink += theirs(memory.Next(), Message),
                () => sink += ours(memory.Next(), Message),
                walkedGoal
            ),
        ];

    /// <summary>Memory that is gone through one message after the other. It lives as long as the program.</summary>
    private sealed class Walk
    {
        private readonly long length;
        private long position;

        public Walk(long length)
        {
            this.length = length;
            Start = (byte*)NativeMemory.AlignedAlloc((nuint)length, 64);
            var first = new Span<byte>(Start, Message);
            new Random(1).NextBytes(first);
            for (long at = Message; at < length; at += Message)
            {
                first.CopyTo(new Span<byte>(Start + at, Message));
            }
        }

        public byte* Start { get; }

        public byte* Next()
        {
            position = (position + Message) % length;
            return Start + position;
        }
    }
}
