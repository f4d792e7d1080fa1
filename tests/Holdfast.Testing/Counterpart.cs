using System.Runtime.InteropServices;
using Xunit;

namespace Holdfast.Testing;

/// <summary>
/// Programs of strangers that some tests need. Without them a test skips and says what is missing; with
/// <c>HOLDFAST_COUNTERPARTS=required</c>, as in CI, it fails instead.
/// </summary>
public static class Counterpart
{
    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
        "/usr/sbin",
        "/sbin",
    ];

    /// <summary>The full path of a program, or the end of the test.</summary>
    /// <param name="program">The file's name, "ipmitool".</param>
    /// <param name="debianPackage">The Debian package that brings it.</param>
    public static string Require(string program, string debianPackage)
    {
        var path = Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        return path ?? throw Missing(program, debianPackage);
    }

    /// <summary>The handle of a shared library, or the end of the test.</summary>
    /// <param name="library">The file's name, "libisal.so.2".</param>
    /// <param name="debianPackage">The Debian package that brings it.</param>
    public static nint RequireLibrary(string library, string debianPackage) =>
        NativeLibrary.TryLoad(library, out var handle) ? handle : throw Missing(library, debianPackage);

    /// <summary>Ends the test, for what is neither a program nor a library.</summary>
    /// <param name="what">"an OpenCL device".</param>
    /// <param name="debianPackage">The Debian package that brings it.</param>
    /// <returns>Never; for the compiler.</returns>
    public static InvalidOperationException Missing(string what, string debianPackage)
    {
        var missing = $"{what} is not installed (apt-get install {debianPackage})";
        Assert.False(Environment.GetEnvironmentVariable("HOLDFAST_COUNTERPARTS") == "required", missing);
        Assert.Skip(missing);
        return new InvalidOperationException(missing);
    }
}
