using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Holdfast.Hal.Linux.Tests;

/// <summary>A folder of files in the place of /sys/class/…, removed with the test.</summary>
internal sealed class SysfsFolder : IDisposable
{
    private readonly List<SafeFileHandle> released = [];

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

    /// <summary>An attribute whose chip does not answer: who opens it waits until <see cref="Release"/>, and gets nothing then.</summary>
    public void Hang(string path)
    {
        File.Delete(PathOf(path));
        using var made = Process.Start("mkfifo", PathOf(path));
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    public void Release(string path) =>
        released.Add(File.OpenHandle(PathOf(path), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));

    public void Dispose()
    {
        released.ForEach(pipe => pipe.Dispose());
        Directory.Delete(Root, recursive: true);
    }
}
