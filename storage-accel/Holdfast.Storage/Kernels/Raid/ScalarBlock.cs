using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>One byte, so that the oracle recovers by the same formulas.</summary>
internal readonly unsafe struct ScalarBlock(byte value) : IRaidBlock<ScalarBlock>
{
    private readonly byte value = value;

    public static int Width => 1;

    public bool IsZero => value == 0;

    public static ScalarBlock Load(byte* from) => new(*from);

    public void Store(byte* to) => *to = value;

    public void StoreStreamed(byte* to) => *to = value;

    public ScalarBlock Or(ScalarBlock other) => new((byte)(value | other.value));

    public ScalarBlock Xor(ScalarBlock other) => new((byte)(value ^ other.value));

    public ScalarBlock Xor(ScalarBlock second, ScalarBlock third) => Xor(second).Xor(third);

    public ScalarBlock Double() => new(GaloisField.Multiply(2, value));

    public ScalarBlock Advance(ScalarBlock high, ScalarBlock low) => Double().Xor(high).Double().Xor(low);

    public ScalarBlock Multiply(in Multiplier by) => new(GaloisField.Multiply(by.Factor, value));
}
