using BenchmarkDotNet.Attributes;
using Holdfast.Storage;
using Holdfast.Storage.Checksums;

namespace Holdfast.Benchmarks.Micro;

/// <summary>One message in the caches.</summary>
public class ChecksumBenchmarks
{
    private byte[] message = [];

    [Params(64, 4 << 10, 1 << 20)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        message = new byte[Length];
        new SeededRandom(1).Fill(message);
    }

    [Benchmark(Baseline = true)]
    public uint Castagnoli() => Crc32C.Compute(message);

    [Benchmark]
    public uint Gzip() => Crc32Gzip.Compute(message);

    [Benchmark]
    public ushort T10Dif() => Crc16T10Dif.Compute(message);

    [Benchmark]
    public ulong Ecma64() => Crc64Ecma.Compute(message);

    [Benchmark]
    public ulong Ecma64Normal() => Crc64EcmaNormal.Compute(message);

    [Benchmark]
    public uint Adler() => Adler32.Compute(message);

    [Benchmark]
    public bool Zero() => ZeroDetection.IsZero(message);
}
