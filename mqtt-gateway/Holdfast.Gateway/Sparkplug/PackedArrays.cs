using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Gateway.Sparkplug;

/// <summary>
/// The array types (§6.4.17): numbers packed little-endian; booleans as a count of four bytes and then bits, the first in the highest;
/// strings each ended by a zero byte. An array is a <c>long[]</c>, <c>ulong[]</c>, <c>float[]</c>, <c>double[]</c>, <c>bool[]</c> or <c>string[]</c>.
/// </summary>
internal static class PackedArrays
{
    /// <exception cref="ArgumentException">The type is no array type.</exception>
    public static byte[] Write(DataType type, Array values) =>
        type switch
        {
            DataType.BooleanArray => WriteBooleans((bool[])values),
            DataType.StringArray => WriteStrings((string[])values),
            DataType.FloatArray => WriteNumbers(4, (float[])values, BinaryPrimitives.WriteSingleLittleEndian),
            DataType.DoubleArray => WriteNumbers(8, (double[])values, BinaryPrimitives.WriteDoubleLittleEndian),
            >= DataType.Int8Array and <= DataType.Int64Array => WriteNumbers(
                SizeOf(type),
                (long[])values,
                (to, value) => WriteInteger(to, unchecked((ulong)value))
            ),
            _ => WriteNumbers(SizeOf(type), (ulong[])values, WriteInteger),
        };

    /// <summary>Null where the bytes are no such array.</summary>
    public static Array? Read(DataType type, ReadOnlySpan<byte> bytes) =>
        type switch
        {
            DataType.BooleanArray => ReadBooleans(bytes),
            DataType.StringArray => ReadStrings(bytes),
            _ when bytes.Length % SizeOf(type) != 0 => null,
            DataType.FloatArray => ReadNumbers(4, bytes, BinaryPrimitives.ReadSingleLittleEndian),
            DataType.DoubleArray => ReadNumbers(8, bytes, BinaryPrimitives.ReadDoubleLittleEndian),
            >= DataType.Int8Array and <= DataType.Int64Array => ReadNumbers(SizeOf(type), bytes, ReadSigned),
            _ => ReadNumbers(SizeOf(type), bytes, ReadUnsigned),
        };

    private static int SizeOf(DataType type) =>
        type switch
        {
            DataType.Int8Array or DataType.UInt8Array => 1,
            DataType.Int16Array or DataType.UInt16Array => 2,
            DataType.Int32Array or DataType.UInt32Array or DataType.FloatArray => 4,
            DataType.Int64Array or DataType.UInt64Array or DataType.DoubleArray or DataType.DateTimeArray => 8,
            _ => throw new ArgumentException($"{type} is no array of numbers", nameof(type)),
        };

    private delegate void Writer<T>(Span<byte> to, T value);

    private delegate T Reader<T>(ReadOnlySpan<byte> from);

    private static byte[] WriteNumbers<T>(int size, T[] values, Writer<T> write)
    {
        var bytes = new byte[size * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            write(bytes.AsSpan(i * size, size), values[i]);
        }

        return bytes;
    }

    private static T[] ReadNumbers<T>(int size, ReadOnlySpan<byte> bytes, Reader<T> read)
    {
        var values = new T[bytes.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(bytes.Slice(i * size, size));
        }

        return values;
    }

    private static void WriteInteger(Span<byte> to, ulong value)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = unchecked((byte)(value >> (8 * i)));
        }
    }

    private static ulong ReadUnsigned(ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (var i = 0; i < from.Length; i++)
        {
            value |= (ulong)from[i] << (8 * i);
        }

        return value;
    }

    private static long ReadSigned(ReadOnlySpan<byte> from)
    {
        var unused = 64 - 8 * from.Length;
        return unchecked((long)(ReadUnsigned(from) << unused)) >> unused;
    }

    private static byte[] WriteBooleans(bool[] values)
    {
        var bytes = new byte[4 + (values.Length + 7) / 8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            bytes[4 + i / 8] |= (byte)(values[i] ? 0x80 >> (i % 8) : 0);
        }

        return bytes;
    }

    private static bool[]? ReadBooleans(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
        {
            return null;
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if ((count + 7L) / 8 != bytes.Length - 4)
        {
            return null;
        }

        var values = new bool[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (bytes[4 + i / 8] & (0x80 >> (i % 8))) != 0;
        }

        return values;
    }

    private static byte[] WriteStrings(string[] values) =>
        Encoding.UTF8.GetBytes(string.Concat(values.Select(value => value.Replace("\0", "") + '\0')));

    private static string[]? ReadStrings(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? []
        : bytes[^1] != 0 ? null
        : Encoding.UTF8.GetString(bytes[..^1]).Split('\0');
}
