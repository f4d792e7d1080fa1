using Holdfast.Storage.Raid;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>
/// Parity over columns of bytes: P is the sum of the sources, Q the sum of 2^i · source i, over GF(2⁸). At least 2 sources; at least 1 byte; no
/// written buffer overlaps another buffer.
/// </summary>
internal unsafe interface IRaidKernel
{
    /// <param name="streamed">Whether the data is in no cache and shall not come into one.</param>
    void Xor(byte** sources, int count, byte* parity, nint length, bool streamed);

    /// <summary>Whether the vectors cancel out.</summary>
    bool Cancels(byte** vectors, int count, nint length);

    /// <param name="p">May be <paramref name="q"/> where P isn't asked for.</param>
    void Dual(byte** sources, int count, byte* p, byte* q, nint length, bool streamed);

    DualParityFault Check(byte** sources, int count, byte* p, byte* q, nint length);

    /// <summary>In <paramref name="sources"/>, P stands for what is lost.</summary>
    void RecoverTwoData(byte** sources, int count, in TwoDataRecovery recovery, nint length);

    /// <summary>In <paramref name="sources"/>, Q stands for what is lost.</summary>
    void RecoverDataAndP(byte** sources, int count, in DataAndPRecovery recovery, nint length);

    /// <summary>In <paramref name="sources"/>, P stands for what is lost.</summary>
    void RecoverDataAndQ(byte** sources, int count, in DataAndQRecovery recovery, nint length);
}
