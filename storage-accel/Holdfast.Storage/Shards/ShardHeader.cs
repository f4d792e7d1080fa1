using System.Buffers.Binary;
using System.Globalization;
using Holdfast.Storage.Checksums;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Shards;

/// <summary>
/// <para>
/// The first 64 bytes of a shard, which say all that is needed to read it. Integers are little-endian.
/// </para>
/// <code>
///  0  8  magic: 89 48 46 53 48 0D 0A 1A ("\x89HFSH\r\n\x1A": a transfer that changes line ends or the eighth bit changes it)
///  8  2  version: 1
/// 10  1  k, data shards
/// 11  1  m, parity shards
/// 12  1  matrix: 0 Cauchy, 1 Vandermonde
/// 13  1  which shard this is: 0 to k - 1 data, then parity
/// 14  1  content: 0 bytes, 1 tar
/// 15  1  0
/// 16  4  bytes of a piece
/// 20  4  0
/// 24  8  bytes of the source
/// 32 16  id of the set
/// 48 12  0
/// 60  4  CRC32C of the 60 bytes before
/// </code>
/// <para>
/// Behind it, for each stripe, this shard's piece and the piece's checksum (<see cref="PieceChecksum"/>). The pieces of the last stripe are only
/// as long as they must be: the source's rest, divided by k, rounded up, filled with zeros. An empty source has no stripes.
/// </para>
/// </summary>
public readonly record struct ShardHeader(ShardSet Set, int Index)
{
    /// <summary>In bytes.</summary>
    public const int Length = 64;

    private const ushort Version = 1;
    private const int ChecksumAt = Length - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => [0x89, 0x48, 0x46, 0x53, 0x48, 0x0D, 0x0A, 0x1A];

    /// <param name="target"><see cref="Length"/> bytes at least.</param>
    /// <exception cref="ArgumentException">The target is too short.</exception>
    public void Write(Span<byte> target)
    {
        if (target.Length < Length)
        {
            throw new ArgumentException($"A header has {Length} bytes, not {target.Length}.", nameof(target));
        }

        target = target[..Length];
        target.Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], Version);
        target[10] = (byte)Set.Layout.DataShards;
        target[11] = (byte)Set.Layout.ParityShards;
        target[12] = (byte)Set.Layout.Matrix;
        target[13] = (byte)Index;
        target[14] = (byte)Set.Content;
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], Set.Layout.PieceLength);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], Set.SourceLength);
        Set.Id.TryWriteBytes(target[32..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumAt..], Crc32C.Compute(target[..ChecksumAt]));
    }

    /// <param name="bytes">What a shard begins with.</param>
    public static ShardHeaderResult Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length)
        {
            return bytes.StartsWith(Magic)
                ? new(null, ShardFault.Truncated, $"ends within its header, after {bytes.Length} bytes")
                : new(null, ShardFault.NotAShard, "is no shard");
        }

        bytes = bytes[..Length];
        if (!bytes.StartsWith(Magic))
        {
            return new(null, ShardFault.NotAShard, "is no shard, or its first bytes are damaged");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]) != Crc32C.Compute(bytes[..ChecksumAt]))
        {
            return new(null, ShardFault.HeaderDamaged, "has a damaged header");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        return version != Version
            ? new(
                null,
                ShardFault.UnknownVersion,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"is a shard of version {version}, of which this program knows nothing; it reads version {Version}"
                )
            )
            : OfFields(bytes);
    }

    private static ShardHeaderResult OfFields(ReadOnlySpan<byte> bytes)
    {
        var header = new ShardHeader(
            new ShardSet(
                new Guid(bytes.Slice(32, 16), bigEndian: true),
                new ShardLayout(
                    bytes[10],
                    bytes[11],
                    (MatrixKind)bytes[12],
                    BinaryPrimitives.ReadInt32LittleEndian(bytes[16..])
                ),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
                (ShardContent)bytes[14]
            ),
            bytes[13]
        );
        var problem =
            header.Set.Layout.Problem()
            ?? (
                header.Index >= header.Set.Layout.TotalShards
                    ? $"it is shard {header.Index} of {header.Set.Layout.TotalShards}, counted from 0"
                : !Enum.IsDefined(header.Set.Content) ? $"content {(int)header.Set.Content} is not known"
                : header.Set.SourceLength is < 0 or > ShardSet.SourceLengthMax
                    ? $"a source of {header.Set.SourceLength} bytes cannot be"
                : bytes[15] != 0 || bytes[20..24].ContainsAnyExcept((byte)0) || bytes[48..60].ContainsAnyExcept((byte)0)
                    ? "bytes that must be 0 are not"
                : null
            );
        return problem is null
            ? new(header, ShardFault.None, "")
            : new(null, ShardFault.HeaderOutOfRange, $"has a header that cannot be: {problem}");
    }
}

/// <summary>A header, or what is wrong with it.</summary>
/// <param name="Header">Null: there is a fault.</param>
/// <param name="Text">What is wrong, to be read behind the name of the shard: "is no shard".</param>
public readonly record struct ShardHeaderResult(ShardHeader? Header, ShardFault Fault, string Text);
