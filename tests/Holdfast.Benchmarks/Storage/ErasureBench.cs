using System.Runtime.Intrinsics.X86;
using Holdfast.Storage.Kernels;
using Holdfast.Testing;

namespace Holdfast.Benchmarks.Storage;

/// <summary>The storage library beside ISA-L: one process, the same buffers, interleaved runs, medians.</summary>
internal static class ErasureBench
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(200);

    /// <param name="only">Rows whose name contains this; null: all.</param>
    /// <param name="slice">How long each side runs in a round.</param>
    public static IReadOnlyList<Figure> Run(IsaL isal, int rounds, TimeSpan slice, string? only) =>
        [
            .. ErasureRows
                .All(isal)
                .Concat(ChecksumRows.All(isal))
                .Concat(RaidRows.All(isal))
                .Where(row => only is null || row.Name.Contains(only, StringComparison.OrdinalIgnoreCase))
                .Select(row => FigureOf(row.Measure(WarmUp, slice, rounds))),
        ];

    /// <summary>Which code both sides run.</summary>
    public static IReadOnlyDictionary<string, string> About(IsaL isal, string library) =>
        new Dictionary<string, string>
        {
            ["kernel"] = KernelSelector.Tier.ToString(),
            ["peer"] = library,
            ["peer_kernel"] = PeerKernel(isal),
        };

    private static Figure FigureOf(ComparedSpeed speed) =>
        new(speed.Row.Name, speed.Ratio, "×", speed.Row.Goal, AtLeast: true)
        {
            Parts = new Dictionary<string, double>
            {
                ["isa_l_gb_s"] = speed.IsaL,
                ["ours_gb_s"] = speed.Ours,
                ["of_goal"] = speed.Ratio / (speed.Row.Goal ?? speed.Ratio),
            },
        };

    /// <summary>ISA-L picks by the processor's features; it doesn't say what, but its rule is known (ec_multibinary.asm).</summary>
    private static string PeerKernel(IsaL isal) =>
        Avx512BW.IsSupported && Gfni.IsSupported && isal.Has("ec_encode_data_avx512_gfni")
            ? "ec_encode_data_avx512_gfni"
        : Avx512BW.IsSupported && isal.Has("ec_encode_data_avx512") ? "ec_encode_data_avx512"
        : Gfni.IsSupported && isal.Has("ec_encode_data_avx2_gfni") ? "ec_encode_data_avx2_gfni"
        : "ec_encode_data_avx2";
}
