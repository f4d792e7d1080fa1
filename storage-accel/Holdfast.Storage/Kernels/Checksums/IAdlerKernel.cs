namespace Holdfast.Storage.Kernels.Checksums;

internal unsafe interface IAdlerKernel
{
    /// <summary>The checksum after the bytes.</summary>
    /// <param name="checksum">Of what came before, 1 for nothing.</param>
    /// <param name="length">In bytes, 0 or more.</param>
    uint Append(uint checksum, byte* data, nint length);
}
