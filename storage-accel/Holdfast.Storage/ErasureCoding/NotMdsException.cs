namespace Holdfast.Storage.ErasureCoding;

/// <summary>A matrix with which some choice of k shards cannot rebuild the others ("maximum distance separable" is what it isn't).</summary>
public sealed class NotMdsException(string message) : ArgumentException(message);
