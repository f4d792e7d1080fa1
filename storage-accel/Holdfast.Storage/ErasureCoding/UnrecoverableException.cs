namespace Holdfast.Storage.ErasureCoding;

/// <summary>What is left of a stripe does not determine what is lost.</summary>
public sealed class UnrecoverableException(string message) : InvalidOperationException(message);
