using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels;

/// <summary>
/// Picks the best kernels that this processor has. The environment variable <c>HOLDFAST_KERNEL</c> (scalar, vector128, avx2, gfni256,
/// avx512, in any case) forces a tier, to measure it or to leave a faulty one. It is read once in a process.
/// </summary>
public static class KernelSelector
{
    public const string Variable = "HOLDFAST_KERNEL";

    private static readonly Lazy<KernelTier> Chosen = new(() => Choose(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>The tiers that run here, the fastest last.</summary>
    public static IReadOnlyList<KernelTier> Supported { get; } = [.. Enum.GetValues<KernelTier>().Where(IsSupported)];

    /// <summary>The tier in use.</summary>
    /// <exception cref="NotSupportedException">
    /// <c>HOLDFAST_KERNEL</c> names no tier, or one that this processor lacks. So says all that needs a kernel; a program that asks here first says it early.
    /// </exception>
    public static KernelTier Tier => Chosen.Value;

    /// <summary>Whether this processor, and the compiler that made this code, have all that the tier's kernels use.</summary>
    public static bool IsSupported(KernelTier tier) =>
        tier switch
        {
            KernelTier.Scalar => true,
            KernelTier.Vector128 => Vector128.IsHardwareAccelerated && (Ssse3.IsSupported || AdvSimd.Arm64.IsSupported),
            KernelTier.Avx2 => Avx2.IsSupported && Pclmulqdq.IsSupported,
            KernelTier.Gfni256 => Avx2.IsSupported && Pclmulqdq.IsSupported && Gfni.V256.IsSupported,
            KernelTier.Avx512 => Avx512BW.IsSupported
                && Avx512BW.VL.IsSupported
                && Gfni.V512.IsSupported
                && Pclmulqdq.V512.IsSupported,
            _ => false,
        };

    internal static KernelTier Choose(string? asked)
    {
        if (string.IsNullOrEmpty(asked))
        {
            return Supported[^1];
        }

        var known = Enum.TryParse<KernelTier>(asked, ignoreCase: true, out var tier) && Enum.IsDefined(tier);
        if (known && IsSupported(tier))
        {
            return tier;
        }

        throw new NotSupportedException(
            $"{Variable} is \"{asked}\": {(known ? "this processor lacks it" : "there is no such kernel")}. "
                + $"Use one of {string.Join(", ", Supported).ToLowerInvariant()}, or leave it unset."
        );
    }
}
