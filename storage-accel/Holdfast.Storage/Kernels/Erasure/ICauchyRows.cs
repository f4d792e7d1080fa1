namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// Some rows of a Cauchy matrix at work, as transformed sums: see <see cref="CauchyTransform"/>. The sums become rows only when they are stored.
/// </summary>
internal unsafe interface ICauchyRows<TBlock>
    where TBlock : struct
{
    /// <summary>How many sources are taken together.</summary>
    static abstract int Sources { get; }

    /// <summary>How many constants a turn has.</summary>
    static abstract int TurnConstants { get; }

    /// <summary>How many constants come before those of the first turn.</summary>
    static abstract int ClosingConstants { get; }

    /// <summary>Adds the share of <see cref="Sources"/> sources.</summary>
    void Add<TAccess, TTurn>(byte** sources, nint at, byte* constants)
        where TAccess : struct, IMemoryAccess
        where TTurn : struct, ITurn;

    /// <param name="rows">How many rows are wanted; those behind are left out.</param>
    void Store<TAccess>(byte** outputs, nint at, int rows, byte* closing)
        where TAccess : struct, IMemoryAccess;
}

/// <summary>What is known of the sums when a turn is compiled.</summary>
internal interface ITurn
{
    /// <summary>Nothing is in the sums yet: what would be added to them is put there.</summary>
    static abstract bool IsFirst { get; }
}

internal readonly struct FirstTurn : ITurn
{
    public static bool IsFirst => true;
}

internal readonly struct LaterTurn : ITurn
{
    public static bool IsFirst => false;
}
