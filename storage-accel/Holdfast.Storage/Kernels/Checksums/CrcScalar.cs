using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Holdfast.Storage.Checksums;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>
/// Eight bytes a step through eight tables (Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based CRC
/// Generators", 2005): table i says what a byte with i zero bytes behind it does to an empty register.
/// </summary>
internal sealed unsafe class CrcScalar : CrcKernel
{
    private const int Slices = 8;

    private readonly bool reflected;
    private readonly int unused;
    private readonly ulong[] tables = new ulong[Slices * 256];

    public CrcScalar(CrcParameters parameters)
    {
        reflected = parameters.Reflected;
        unused = 64 - parameters.Width;
        var polynomial = parameters.Polynomial << unused;
        for (var value = 0; value < 256; value++)
        {
            tables[value] = reflected
                ? Divide(value, Bits.Reverse(polynomial))
                : DivideNormal((ulong)value << 56, polynomial);
        }

        for (var i = 256; i < tables.Length; i++)
        {
            var shorter = tables[i - 256];
            tables[i] = reflected
                ? (shorter >> 8) ^ tables[(byte)shorter]
                : (shorter << 8) ^ tables[(int)(shorter >> 56)];
        }
    }

    public override ulong Append(ulong register, byte* data, nint length) =>
        reflected ? AppendReflected(register, data, length) : AppendNormal(register << unused, data, length) >> unused;

    private ulong AppendReflected(ulong register, byte* data, nint length)
    {
        for (; length >= 8; length -= 8, data += 8)
        {
            register = Step(register ^ BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(data, 8)));
        }

        for (; length > 0; length--, data++)
        {
            register = (register >> 8) ^ tables[(byte)register ^ *data];
        }

        return register;
    }

    private ulong AppendNormal(ulong register, byte* data, nint length)
    {
        for (; length >= 8; length -= 8, data += 8)
        {
            var first = register ^ BinaryPrimitives.ReadUInt64BigEndian(new ReadOnlySpan<byte>(data, 8));
            register = Step(BinaryPrimitives.ReverseEndianness(first));
        }

        for (; length > 0; length--, data++)
        {
            register = (register << 8) ^ tables[(int)(register >> 56) ^ *data];
        }

        return register;
    }

    /// <param name="bytes">The next eight, the first of them lowest.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Step(ulong bytes)
    {
        var sum = 0UL;
        for (var i = 0; i < Slices; i++, bytes >>= 8)
        {
            sum ^= tables[((Slices - 1 - i) * 256) + (byte)bytes];
        }

        return sum;
    }

    private static ulong Divide(int value, ulong reflectedPolynomial)
    {
        var register = (ulong)value;
        for (var bit = 0; bit < 8; bit++)
        {
            register = (register >> 1) ^ ((register & 1) != 0 ? reflectedPolynomial : 0);
        }

        return register;
    }

    private static ulong DivideNormal(ulong register, ulong polynomial)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            register = (register << 1) ^ (register >> 63 != 0 ? polynomial : 0);
        }

        return register;
    }
}
