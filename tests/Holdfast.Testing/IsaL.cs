using System.Runtime.InteropServices;

namespace Holdfast.Testing;

/// <summary>
/// Intel's ISA-L through function pointers, under its own names (erasure_code.h, raid.h, crc.h, crc64.h, mem_routines.h). What a version lacks is
/// null. The calls are short: the collector waits for them.
/// </summary>
public sealed unsafe class IsaL
{
    public const string Library = "libisal.so.2";

    private readonly nint handle;

    private IsaL(nint handle) => this.handle = handle;

    /// <summary>Debian's, or the end of the test.</summary>
    public static IsaL Require() => new(Counterpart.RequireLibrary(Library, "libisal2"));

    /// <summary>The one named, null when it can't be loaded.</summary>
    public static IsaL? TryLoad(string nameOrPath) =>
        NativeLibrary.TryLoad(nameOrPath, out var handle) ? new IsaL(handle) : null;

    /// <summary>A function's address for a cast to its type, null where this version has none.</summary>
    public void* Find(string name) => NativeLibrary.TryGetExport(handle, name, out var address) ? (void*)address : null;

    public bool Has(string name) => Find(name) != null;

    /// <summary>len, k, rows, tables, sources, outputs.</summary>
    public delegate* unmanaged[SuppressGCTransition]<int, int, int, byte*, byte**, byte**, void> EncodeData =>
        Encoder("ec_encode_data");

    /// <summary>Functions of the form of <see cref="EncodeData"/>: ec_encode_data_avx2.</summary>
    public delegate* unmanaged[SuppressGCTransition]<int, int, int, byte*, byte**, byte**, void> Encoder(string name) =>
        (delegate* unmanaged[SuppressGCTransition]<int, int, int, byte*, byte**, byte**, void>)Find(name);

    /// <summary>len, k, rows, source's index, tables, source, outputs.</summary>
    public delegate* unmanaged[SuppressGCTransition]<int, int, int, int, byte*, byte*, byte**, void> EncodeDataUpdate =>
        (delegate* unmanaged[SuppressGCTransition]<int, int, int, int, byte*, byte*, byte**, void>)Find(
            "ec_encode_data_update"
        );

    /// <summary>k, rows, coefficients, tables (32 · k · rows bytes).</summary>
    public delegate* unmanaged<int, int, byte*, byte*, void> InitTables =>
        (delegate* unmanaged<int, int, byte*, byte*, void>)Find("ec_init_tables");

    /// <summary>matrix, m = k + parity, k.</summary>
    public delegate* unmanaged<byte*, int, int, void> GenerateVandermonde =>
        (delegate* unmanaged<byte*, int, int, void>)Find("gf_gen_rs_matrix");

    /// <summary>matrix, m = k + parity, k.</summary>
    public delegate* unmanaged<byte*, int, int, void> GenerateCauchy =>
        (delegate* unmanaged<byte*, int, int, void>)Find("gf_gen_cauchy1_matrix");

    /// <summary>in (destroyed), out, n; 0 when it could be inverted.</summary>
    public delegate* unmanaged<byte*, byte*, int, int> InvertMatrix =>
        (delegate* unmanaged<byte*, byte*, int, int>)Find("gf_invert_matrix");

    /// <summary>Functions of the form int f(int vectors, int length, void** array): xor_gen, xor_check, pq_gen, pq_check.</summary>
    public delegate* unmanaged[SuppressGCTransition]<int, int, byte**, int> Raid(string name) =>
        (delegate* unmanaged[SuppressGCTransition]<int, int, byte**, int>)Find(name);

    /// <summary>Functions of the form uint64_t f(uint64_t seed, const void*, uint64_t length): crc64_*.</summary>
    public delegate* unmanaged[SuppressGCTransition]<ulong, byte*, ulong, ulong> Crc64(string name) =>
        (delegate* unmanaged[SuppressGCTransition]<ulong, byte*, ulong, ulong>)Find(name);

    /// <summary>Functions of the form uint32_t f(uint32_t seed, const void*, uint64_t length): crc32_ieee, crc32_gzip_refl, isal_adler32.</summary>
    public delegate* unmanaged[SuppressGCTransition]<uint, byte*, ulong, uint> Crc32(string name) =>
        (delegate* unmanaged[SuppressGCTransition]<uint, byte*, ulong, uint>)Find(name);

    /// <summary>buffer, length, seed; neither the seed nor the result is inverted.</summary>
    public delegate* unmanaged[SuppressGCTransition]<byte*, int, uint, uint> Crc32Iscsi =>
        (delegate* unmanaged[SuppressGCTransition]<byte*, int, uint, uint>)Find("crc32_iscsi");

    /// <summary>seed, buffer, length.</summary>
    public delegate* unmanaged[SuppressGCTransition]<ushort, byte*, ulong, ushort> Crc16T10Dif =>
        (delegate* unmanaged[SuppressGCTransition]<ushort, byte*, ulong, ushort>)Find("crc16_t10dif");

    /// <summary>buffer, length; 0 when all bytes are zero.</summary>
    public delegate* unmanaged[SuppressGCTransition]<byte*, nuint, int> ZeroDetect =>
        (delegate* unmanaged[SuppressGCTransition]<byte*, nuint, int>)Find("isal_zero_detect");
}
