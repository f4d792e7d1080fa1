namespace Holdfast.Core;

/// <summary>A rule that the code relies on does not hold. Nothing may catch this and go on.</summary>
public sealed class InvariantViolationException(string message) : Exception(message);
