namespace Holdfast.Storage.ErasureCoding;

/// <summary>Which parity rows a code has.</summary>
public enum MatrixKind
{
    /// <summary><see cref="GaloisMatrix.Cauchy"/>: any k shards rebuild the others, and encoding needs the fewest products.</summary>
    Cauchy,

    /// <summary><see cref="GaloisMatrix.Vandermonde"/>: the first parity shard is the XOR of the data; not for every number of shards.</summary>
    Vandermonde,
}
