using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>Multiplication of polynomials over GF(2): PCLMULQDQ, or PMULL of ARM's crypto extension.</summary>
internal static class CarryLess
{
    public static bool IsSupported => Pclmulqdq.IsSupported || ArmAes.IsSupported;

    /// <summary>The product of the lower halves. Of reflected factors it is the reflected product times x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Lower(Vector128<ulong> left, Vector128<ulong> right) =>
        Pclmulqdq.IsSupported
            ? Pclmulqdq.CarrylessMultiply(left, right, 0x00)
            : ArmAes.PolynomialMultiplyWideningLower(left.GetLower(), right.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Upper(Vector128<ulong> left, Vector128<ulong> right) =>
        Pclmulqdq.IsSupported
            ? Pclmulqdq.CarrylessMultiply(left, right, 0x11)
            : ArmAes.PolynomialMultiplyWideningUpper(left, right);

    /// <summary>Moves 16 bytes of a message as far as the constant says, onto the bytes that are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Fold(Vector128<ulong> moved, Vector128<ulong> constant, Vector128<ulong> onto) =>
        Lower(moved, constant) ^ Upper(moved, constant) ^ onto;
}
