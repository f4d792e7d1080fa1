namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>How the rows of a group are computed.</summary>
internal enum RowGroupKind
{
    /// <summary>A product for each coefficient.</summary>
    Products,

    /// <summary>As <see cref="Products"/>, but the first row is all ones.</summary>
    OnesFirst,

    /// <summary>Two rows of a Cauchy matrix, sources in twos.</summary>
    CauchyTwo,

    /// <summary>Four rows of a Cauchy matrix, sources in twos.</summary>
    CauchyTwoAndTwo,

    /// <summary>Three or four rows of a Cauchy matrix, sources in fours.</summary>
    CauchyFour,

    /// <summary>Five to eight rows of a Cauchy matrix, sources in eights.</summary>
    CauchyEight,
}

/// <summary>Neighbouring rows of a matrix that are computed in one pass over the sources.</summary>
/// <param name="First">The index of the first row.</param>
/// <param name="Rows">1 to <see cref="RowsMax"/>.</param>
/// <param name="Offset">Where the group's coefficients begin in the table, in bytes.</param>
internal readonly record struct RowGroup(RowGroupKind Kind, int First, int Rows, int Offset)
{
    /// <summary>More sums than this would not fit into the registers of any processor.</summary>
    public const int RowsMax = 8;
}
