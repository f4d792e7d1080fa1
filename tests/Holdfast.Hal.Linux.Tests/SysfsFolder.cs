namespace Holdfast.Hal.Linux.Tests;

/// <summary>A folder of files in the place of /sys/class/…, removed with the test.</summary>
internal sealed class SysfsFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("holdfast-sysfs-").FullName;

    public string this[string path]
    {
        get => File.ReadAllText(PathOf(path)).Trim();
        set
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
            File.WriteAllText(PathOf(path), value + "\n");
        }
    }

    public string PathOf(string path) => Path.Combine(Root, path);

    public void Remove(string path) => File.Delete(PathOf(path));

    /// <summary>An attribute that is there and answers neither reading nor writing: one that is no file.</summary>
    public void Break(string path)
    {
        File.Delete(PathOf(path));
        Directory.CreateDirectory(PathOf(path));
    }

    /// <summary>An attribute that takes no value, as the kernel's refusal does: every write fails.</summary>
    public void RefuseWrites(string path)
    {
        File.Delete(PathOf(path));
        File.CreateSymbolicLink(PathOf(path), "/dev/full");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
