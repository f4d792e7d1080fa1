namespace Holdfast.Storage.Kernels.Checksums;

internal unsafe interface ICrcKernel
{
    /// <summary>The register after the bytes; neither it nor the one given is inverted.</summary>
    /// <param name="register">As wide as the CRC, in its own bit order.</param>
    /// <param name="length">In bytes, 0 or more.</param>
    ulong Append(ulong register, byte* data, nint length);
}
