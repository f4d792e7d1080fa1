using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// The last bytes of the shards, fewer than a block, copied to where a whole block can be read and written: no kernel touches a byte
/// outside its shards.
/// </summary>
internal unsafe ref struct Edge
{
    /// <summary>All the sources of a code and the outputs of a group.</summary>
    public const int Shards = ErasureCoding.GaloisField.Size + RowGroup.RowsMax;

    private readonly nint at;
    private readonly uint size;

    public RowWork Work;

    /// <param name="at">Where the edge begins.</param>
    /// <param name="block">The block's size in bytes.</param>
    /// <param name="bytes"><see cref="Shards"/> blocks.</param>
    /// <param name="addresses"><see cref="Shards"/> addresses.</param>
    public Edge(in RowWork whole, nint at, int block, byte* bytes, byte** addresses)
    {
        this.at = at;
        size = (uint)(whole.Length - at);
        Work = whole;
        Work.Length = block;
        Work.Sources = addresses;
        Work.Outputs = addresses + whole.SourceCount;
        for (var i = 0; i < whole.SourceCount; i++)
        {
            Work.Sources[i] = bytes;
            Unsafe.CopyBlockUnaligned(bytes, whole.Sources[i] + at, size);
            bytes += block;
        }

        for (var i = 0; i < whole.Group.Rows; i++)
        {
            Work.Outputs[i] = bytes;
            if (whole.Accumulate)
            {
                Unsafe.CopyBlockUnaligned(bytes, whole.Outputs[i] + at, size);
            }

            bytes += block;
        }
    }

    public readonly void Finish(in RowWork whole)
    {
        for (var i = 0; i < whole.Group.Rows; i++)
        {
            Unsafe.CopyBlockUnaligned(whole.Outputs[i] + at, Work.Outputs[i], size);
        }
    }
}
