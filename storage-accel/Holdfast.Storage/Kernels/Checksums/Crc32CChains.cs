using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>
/// Eight stretches of a message, one behind the other, each with a register of its own: the crc32 instruction takes three cycles, but one or two
/// can start in each.
/// </summary>
internal readonly unsafe struct Crc32CChains(
    ulong first,
    ulong second,
    ulong third,
    ulong fourth,
    ulong fifth,
    ulong sixth,
    ulong seventh,
    ulong eighth
)
{
    public const int Count = 8;

    private readonly ulong first = first;
    private readonly ulong second = second;
    private readonly ulong third = third;
    private readonly ulong fourth = fourth;
    private readonly ulong fifth = fifth;
    private readonly ulong sixth = sixth;
    private readonly ulong seventh = seventh;
    private readonly ulong eighth = eighth;

    /// <summary>The first goes on from what came before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Crc32CChains Start(ulong register) => new(register, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>So many words of eight bytes more of each stretch.</summary>
    /// <param name="data">The next of the first stretch.</param>
    /// <param name="stretch">The length of each in bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Crc32CChains Append(byte* data, nint stretch, int words)
    {
        var chains = this;
        for (; words > 0; words--, data += sizeof(ulong))
        {
            chains = chains.Append(data, stretch);
        }

        return chains;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Crc32CChains Append(byte* data, nint stretch)
    {
        var three = 3 * stretch;
        var middle = data + (4 * stretch);
        return new(
            Crc32CInstruction.Append(first, *(ulong*)data),
            Crc32CInstruction.Append(second, *(ulong*)(data + stretch)),
            Crc32CInstruction.Append(third, *(ulong*)(data + (2 * stretch))),
            Crc32CInstruction.Append(fourth, *(ulong*)(data + three)),
            Crc32CInstruction.Append(fifth, *(ulong*)middle),
            Crc32CInstruction.Append(sixth, *(ulong*)(middle + stretch)),
            Crc32CInstruction.Append(seventh, *(ulong*)(middle + (2 * stretch))),
            Crc32CInstruction.Append(eighth, *(ulong*)(middle + three))
        );
    }

    /// <summary>The register that all stretches leave together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Join(Constants constants)
    {
        var sum = CarryLess.Fold(Vector128.Create(first, second), constants.FirstPair, Vector128<ulong>.Zero);
        sum = CarryLess.Fold(Vector128.Create(third, fourth), constants.SecondPair, sum);
        sum = CarryLess.Fold(Vector128.Create(fifth, sixth), constants.ThirdPair, sum);
        sum ^= CarryLess.Lower(Vector128.CreateScalar(seventh), constants.Seventh);
        return Crc32CInstruction.Append(0, sum.ToScalar()) ^ eighth;
    }

    /// <summary>What moves the registers of stretches of one length to the end of the last.</summary>
    /// <param name="words">The length in words of eight bytes.</param>
    public sealed class Constants(PolynomialRing ring, int words)
    {
        public int Words => words;

        /// <summary>In bytes, of one.</summary>
        public int Stretch { get; } = words * sizeof(ulong);

        /// <summary>Of all.</summary>
        public int Bytes { get; } = Count * words * sizeof(ulong);

        public Vector128<ulong> FirstPair { get; } = Vector128.Create(Power(ring, 7 * words), Power(ring, 6 * words));

        public Vector128<ulong> SecondPair { get; } = Vector128.Create(Power(ring, 5 * words), Power(ring, 4 * words));

        public Vector128<ulong> ThirdPair { get; } = Vector128.Create(Power(ring, 3 * words), Power(ring, 2 * words));

        public Vector128<ulong> Seventh { get; } = Vector128.CreateScalar(Power(ring, words));

        /// <summary>The instruction that takes the products in multiplies by x^32, and the product of reflected factors comes out times x.</summary>
        private static ulong Power(PolynomialRing ring, int words) => ring.PowerOfX((UInt128)(64 * words) - 1);
    }
}
