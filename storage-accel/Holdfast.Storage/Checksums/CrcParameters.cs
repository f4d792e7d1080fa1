using Holdfast.Storage.Kernels.Checksums;

namespace Holdfast.Storage.Checksums;

/// <summary>
/// What tells one CRC from another. A message of n bits is read as a polynomial M of degree under n; its CRC is M · x^width modulo the generator.
/// </summary>
/// <param name="Width">Of the checksum in bits, up to 64.</param>
/// <param name="Polynomial">The generator without its highest term; bit i is the coefficient of x^i.</param>
/// <param name="Reflected">Whether the lowest bit of each byte and of the checksum stands for the highest power, or the highest bit does.</param>
/// <param name="Inverted">
/// Whether the register starts with all ones and is inverted at the end. No CRC here does only one of the two, so that the CRC of nothing is
/// always 0 and a CRC is continued from its own value.
/// </param>
internal readonly record struct CrcParameters(int Width, ulong Polynomial, bool Reflected, bool Inverted)
{
    /// <summary>
    /// The generator times x^(64 - width), reflected. A narrow CRC is the top of the 64-bit one with that generator, because M · x^64 mod
    /// (P · x^(64 - w)) is (M · x^w mod P) · x^(64 - w); so one set of 64-bit kernels computes all of them.
    /// </summary>
    public PolynomialRing Ring => new(Bits.Reverse(Polynomial << (64 - Width)));

    public ulong Inversion => Inverted ? ulong.MaxValue >> (64 - Width) : 0;

    /// <summary>A checksum as a remainder in <see cref="Ring"/>, where the lowest bit is the highest power.</summary>
    public ulong ToRing(ulong checksum) => Reflected ? checksum : Bits.Reverse(checksum << (64 - Width));

    public ulong FromRing(ulong remainder) => Reflected ? remainder : Bits.Reverse(remainder) >> (64 - Width);
}
