namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>What a kernel is asked to do: outputs = rows · sources.</summary>
internal unsafe struct RowWork
{
    public RowGroup Group;

    /// <summary>Of the group, as <see cref="CoefficientTable"/> lays them.</summary>
    public byte* Coefficients;

    public int SourceCount;

    public byte** Sources;

    /// <summary>Of the group's rows; none shares a byte with a source or another output.</summary>
    public byte** Outputs;

    /// <summary>Of each shard, in bytes.</summary>
    public nint Length;

    /// <summary>Whether the outputs' content is added to; never for Cauchy groups.</summary>
    public bool Accumulate;
}
