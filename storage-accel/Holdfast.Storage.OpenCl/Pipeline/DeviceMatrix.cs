using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.OpenCl.Interop;

namespace Holdfast.Storage.OpenCl.Pipeline;

/// <summary>Rows that the device computes in one pass.</summary>
/// <param name="Masks">For each source, each bit from the lowest, each row: all ones where the coefficient has the bit, else 0.</param>
internal sealed record MaskedRows(int First, int Count, OpenClHandle Masks);

/// <summary>A matrix on the device.</summary>
internal sealed unsafe class DeviceMatrix : IDisposable
{
    private const int Bits = 8;

    private readonly OwnedHandles owned = new();

    /// <exception cref="OpenClException">The device has no room for it.</exception>
    public DeviceMatrix(OpenClApi api, OpenClHandle context, OpenClHandle queue, GaloisMatrix matrix)
    {
        (Rows, Sources) = (matrix.Rows, matrix.Columns);
        try
        {
            List<MaskedRows> groups = [];
            for (var first = 0; first < Rows; first += ProductProgram.RowsMax)
            {
                var count = Math.Min(ProductProgram.RowsMax, Rows - first);
                groups.Add(new MaskedRows(first, count, Upload(api, context, queue, Masks(matrix, first, count))));
            }

            Groups = groups;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Rows { get; }

    public int Sources { get; }

    public IReadOnlyList<MaskedRows> Groups { get; }

    public void Dispose() => owned.Dispose();

    internal static uint[] Masks(GaloisMatrix matrix, int first, int count)
    {
        var masks = new uint[matrix.Columns * Bits * count];
        var next = 0;
        for (var source = 0; source < matrix.Columns; source++)
        {
            for (var bit = 0; bit < Bits; bit++)
            {
                for (var row = first; row < first + count; row++)
                {
                    masks[next++] = (matrix[row, source] >> bit & 1) != 0 ? uint.MaxValue : 0;
                }
            }
        }

        return masks;
    }

    private OpenClHandle Upload(OpenClApi api, OpenClHandle context, OpenClHandle queue, uint[] masks)
    {
        var size = (nuint)masks.Length * sizeof(uint);
        int code;
        var created = api.CreateBuffer(context.Value, OpenClFlag.MemoryReadOnly, size, null, &code);
        var buffer = owned.Add(new OpenClHandle(created, code, "clCreateBuffer", api.ReleaseMemObject));
        fixed (uint* first = masks)
        {
            code = api.EnqueueWriteBuffer(
                queue.Value,
                buffer.Value,
                OpenClFlag.Blocking,
                0,
                size,
                first,
                0,
                null,
                null
            );
        }

        OpenClException.Check(code, "clEnqueueWriteBuffer");
        return buffer;
    }
}
