using System.Diagnostics;
using Holdfast.Hal.Linux.Files;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.Files;

public sealed class FileKindsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-kinds-");

    [Fact]
    public async Task Each_kind_is_told_without_opening_it()
    {
        await File.WriteAllTextAsync(PathOf("file"), "");
        folder.CreateSubdirectory("folder");
        File.CreateSymbolicLink(PathOf("link"), "pipe");
        using var mkfifo = Process.Start(Counterpart.Require("mkfifo", "coreutils"), [PathOf("pipe")]);
        await mkfifo.WaitForExitAsync();
        Assert.Equal(
            [FileKind.Regular, FileKind.Folder, FileKind.Link, FileKind.Special],
            new[] { "file", "folder", "link", "pipe" }.Select(name => FileKinds.Of(PathOf(name)))
        );
        Assert.Equal(FileKind.Special, FileKinds.OfTarget(PathOf("link")));
        Assert.Equal(FileKind.Special, FileKinds.Of("/dev/null"));
    }

    [Fact]
    public void A_name_that_is_not_there_is_told() =>
        Assert.Contains(
            "No such file or directory",
            Assert.Throws<IOException>(() => FileKinds.Of(PathOf("nothing"))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_folder_and_its_file_system_can_be_flushed()
    {
        FolderNames.Flush(folder.FullName);
        FolderNames.FlushFileSystem(folder.FullName);
        Assert.Throws<IOException>(() => FolderNames.FlushFileSystem(PathOf("nothing")));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(folder.FullName, name);
}
