using System.Runtime.CompilerServices;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Raid;

// Each recovery is an outcome of the loop that generates: it is run over all sources, where a stored parity stands in the places of what is lost, so
// that no buffer of zeros is needed. What that parity contributed to the sums is then taken out again; the formulas below contain it.

/// <summary>
/// Sources x and y are lost and P, the stored one, is in both places. It cancels out of the loop's sum p and is in q with the factor 2^x + 2^y, so
/// P + p = X + Y and Q + q = 2^x · X + 2^y · Y + (2^x + 2^y) · P, which gives X and Y.
/// </summary>
internal readonly unsafe struct TwoDataRecovery(byte* p, byte* q, int x, byte* lostX, int y, byte* lostY) : IDualOutcome
{
    private static byte Spread(int x, int y) => (byte)(GaloisField.Power(2, x) ^ GaloisField.Power(2, y));

    private readonly byte* p = p;
    private readonly byte* q = q;
    private readonly byte* lostX = lostX;
    private readonly byte* lostY = lostY;
    private readonly Multiplier ofP = new(GaloisField.Divide(GaloisField.Power(2, x), Spread(x, y)));
    private readonly Multiplier ofQ = new(GaloisField.Inverse(Spread(x, y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take<TBlock>(TBlock sumP, TBlock sumQ, nint at)
        where TBlock : struct, IRaidBlock<TBlock>
    {
        var storedP = TBlock.Load(p + at);
        var both = storedP.Xor(sumP);
        var second = sumQ.Xor(TBlock.Load(q + at)).Multiply(ofQ).Xor(both.Multiply(ofP), storedP);
        both.Xor(second).Store(lostX + at);
        second.Store(lostY + at);
        return true;
    }
}

/// <summary>
/// Source x and P are lost and Q, the stored one, is in the place of x: in the loop's sum p with the factor 1, in q with 2^x.
/// So X = (Q + q) / 2^x + Q, and P = p + Q + X.
/// </summary>
internal readonly unsafe struct DataAndPRecovery(byte* q, int x, byte* lostX, byte* lostP) : IDualOutcome
{
    private readonly byte* q = q;
    private readonly byte* lostX = lostX;
    private readonly byte* lostP = lostP;
    private readonly Multiplier inverse = new(GaloisField.Inverse(GaloisField.Power(2, x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take<TBlock>(TBlock sumP, TBlock sumQ, nint at)
        where TBlock : struct, IRaidBlock<TBlock>
    {
        var storedQ = TBlock.Load(q + at);
        var data = sumQ.Xor(storedQ).Multiply(inverse).Xor(storedQ);
        data.Store(lostX + at);
        sumP.Xor(storedQ, data).Store(lostP + at);
        return true;
    }
}

/// <summary>
/// Source x and Q are lost and P, the stored one, is in the place of x: the loop's sum p is X, and Q = q + 2^x · (P + X).
/// </summary>
internal readonly unsafe struct DataAndQRecovery(byte* p, int x, byte* lostX, byte* lostQ) : IDualOutcome
{
    private readonly byte* p = p;
    private readonly byte* lostX = lostX;
    private readonly byte* lostQ = lostQ;
    private readonly Multiplier weight = new(GaloisField.Power(2, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take<TBlock>(TBlock sumP, TBlock sumQ, nint at)
        where TBlock : struct, IRaidBlock<TBlock>
    {
        sumP.Store(lostX + at);
        sumQ.Xor(sumP.Xor(TBlock.Load(p + at)).Multiply(weight)).Store(lostQ + at);
        return true;
    }
}
