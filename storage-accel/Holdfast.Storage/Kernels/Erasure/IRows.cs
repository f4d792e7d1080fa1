namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// Some rows of a matrix at work: a running sum for each row, held in registers while the sources pass by, two at a time. The coefficients of a
/// source lie one after the other, one for each row.
/// </summary>
internal unsafe interface IRows<TBlock>
    where TBlock : struct
{
    static abstract int Count { get; }

    /// <summary>Starts from what the outputs hold instead of zero.</summary>
    void Load(byte** outputs, nint at);

    /// <summary>Adds the share of one source.</summary>
    /// <param name="ca">Its coefficients.</param>
    void Add(TBlock a, byte* ca);

    /// <summary>Adds the shares of two sources.</summary>
    /// <param name="ca">Coefficients of <paramref name="a"/>.</param>
    /// <param name="cb">Coefficients of <paramref name="b"/>.</param>
    void Add(TBlock a, TBlock b, byte* ca, byte* cb);

    void Store<TAccess>(byte** outputs, nint at)
        where TAccess : struct, IMemoryAccess;
}

/// <summary>What is known of the first row when a loop is compiled.</summary>
internal interface IFirstRow
{
    /// <summary>All ones: a sum without products, as in RAID's parity and in the first row of a Vandermonde matrix.</summary>
    static abstract bool IsOnes { get; }
}

internal readonly struct AnyRow : IFirstRow
{
    public static bool IsOnes => false;
}

internal readonly struct OnesRow : IFirstRow
{
    public static bool IsOnes => true;
}
