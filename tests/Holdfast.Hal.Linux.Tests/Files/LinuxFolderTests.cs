using Holdfast.Hal.Linux.Files;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.Files;

public sealed class LinuxFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("holdfast-folder-").FullName;

    private string Data => Path.Combine(root, "state", "data");

    [Fact]
    public void A_folder_is_made_for_its_owner_only()
    {
        using var folder = LinuxFolder.Open(Data);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Data)
        );
    }

    [Fact]
    public void What_was_written_is_there_when_it_is_opened_again()
    {
        using (var folder = LinuxFolder.Open(Data))
        {
            folder.Append("log", [1, 2]);
            folder.Flush("log");
            folder.Replace("state", [3]);
        }

        using var again = LinuxFolder.Open(Data);
        Assert.Equal(["log", "state"], again.List());
        Assert.Equal((2, 1), (again.Length("log"), again.Length("state")));
    }

    [Fact]
    public void A_copy_that_a_crash_left_behind_is_removed()
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, "state.tmp"), "half");
        using var folder = LinuxFolder.Open(Data);
        Assert.Empty(folder.List());
        Assert.False(File.Exists(Path.Combine(Data, "state.tmp")));
    }

    [Fact]
    public void A_name_that_could_not_be_made_durable_is_tried_again_with_the_next_flush()
    {
        using var folder = LinuxFolder.Open(Data);
        folder.Append("log", [1]);
        Directory.Move(Data, Data + "-away");
        Assert.ThrowsAny<IOException>(() => folder.Flush("log"));
        Assert.ThrowsAny<IOException>(() => folder.Flush("log"));

        Directory.Move(Data + "-away", Data);
        folder.Flush("log");
    }

    [Fact]
    public async Task A_second_process_is_refused_until_the_first_is_dead()
    {
        await using var owner = OtherProcess.Start(OtherProcess.Hold, Data);
        Assert.Equal("open", await owner.ReadLineAsync());
        var refused = Assert.Throws<IOException>(() => LinuxFolder.Open(Data));
        Assert.Contains($"another holdfast is running on the data folder {Data}", refused.Message, Ordinal);

        await owner.KillAsync();
        LinuxFolder.Open(Data).Dispose();
    }

    [Fact]
    public void A_second_owner_in_one_process_is_refused_too()
    {
        using var first = LinuxFolder.Open(Data);
        Assert.Throws<IOException>(() => LinuxFolder.Open(Data));
    }

    [Fact]
    public void A_full_disk_refuses_an_append_with_its_reason()
    {
        using var folder = LinuxFolder.Open(Data);
        File.CreateSymbolicLink(Path.Combine(Data, "log"), "/dev/full");
        var refused = Assert.ThrowsAny<IOException>(() => folder.Append("log", [1]));
        Assert.Contains("No space left on device", refused.Message, Ordinal);
    }

    [Fact]
    public void A_replacement_that_does_not_fit_leaves_the_old_content_and_no_half_copy()
    {
        using var folder = LinuxFolder.Open(Data);
        folder.Replace("state", [1, 2, 3]);
        File.CreateSymbolicLink(Path.Combine(Data, "state.tmp"), "/dev/full");
        Assert.ThrowsAny<IOException>(() => folder.Replace("state", [4]));
        Assert.Equal(["state"], folder.List());
        Assert.Equal(3, folder.Length("state"));

        folder.Replace("state", [4]);
        Assert.Equal(1, folder.Length("state"));
    }

    [Fact]
    public void What_may_not_be_opened_replaced_or_deleted_is_an_io_error_as_the_contract_says()
    {
        using var folder = LinuxFolder.Open(Data);
        Directory.CreateDirectory(Path.Combine(Data, "log"));
        var refused = Assert.ThrowsAny<IOException>(() => folder.Append("log", [1]));
        Assert.Contains("log cannot be opened", refused.Message, Ordinal);
        Assert.ThrowsAny<IOException>(() => folder.Replace("log", [1]));
        Assert.ThrowsAny<IOException>(() => folder.Delete("log"));
        Assert.Empty(folder.List());
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused_with_a_remedy()
    {
        var path = Path.Combine(root, "file");
        File.WriteAllText(path, "");
        var refused = Assert.Throws<IOException>(() => LinuxFolder.Open(path));
        Assert.Contains($"the data folder {path} cannot be made", refused.Message, Ordinal);
        Assert.Contains("--data", refused.Message, Ordinal);
    }

    [Theory]
    [InlineData("/proc/self", "cannot be written")]
    [InlineData("/proc/self/holdfast", "cannot be made")]
    public void A_folder_in_which_nobody_may_write_is_refused_with_a_remedy(string path, string reason)
    {
        var refused = Assert.Throws<IOException>(() => LinuxFolder.Open(path));
        Assert.Contains($"the data folder {path} {reason}", refused.Message, Ordinal);
        Assert.Contains("--data", refused.Message, Ordinal);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private const StringComparison Ordinal = StringComparison.Ordinal;
}
