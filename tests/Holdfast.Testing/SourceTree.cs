namespace Holdfast.Testing;

/// <summary>The tree that the tests were built from, for those that use its scripts.</summary>
public static class SourceTree
{
    /// <param name="path">From the root, "hil/rigs/ipmi-sim.sh".</param>
    public static string PathOf(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(
            folder?.FullName ?? throw new InvalidOperationException("the tests run outside the source tree"),
            path
        );
    }
}
