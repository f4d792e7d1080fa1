using System.Runtime.CompilerServices;

namespace Holdfast.Firmware.Tests;

/// <summary>Where this repository is, for tests of what stands in its files.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
