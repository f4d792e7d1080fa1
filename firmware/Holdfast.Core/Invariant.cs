using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Holdfast.Core;

/// <summary>
/// Checks that stay on in release builds. A violated invariant is a bug that makes every further decision doubtful: the
/// process stops, and the watchdog takes the outputs to their safe state.
/// </summary>
public static class Invariant
{
    /// <exception cref="InvariantViolationException">The condition does not hold.</exception>
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        string rule,
        [CallerMemberName] string member = "",
        [CallerFilePath] string file = ""
    )
    {
        if (!condition)
        {
            Violated(rule, member, file);
        }
    }

    [DoesNotReturn]
    private static void Violated(string rule, string member, string file) =>
        throw new InvariantViolationException($"{Path.GetFileNameWithoutExtension(file)}.{member}: {rule}");
}
