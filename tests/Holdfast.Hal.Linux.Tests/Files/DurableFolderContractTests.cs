using Holdfast.Hal.Linux.Files;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.Files;

/// <summary>What every durable folder does, the one on a disk and the tests' own in memory.</summary>
public sealed class DurableFolderContractTests : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("holdfast-folder-").FullName;
    private readonly List<IDisposable> opened = [];

    public static TheoryData<string> Kinds => ["memory", "linux"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_appended_is_read_back_from_any_offset(string kind)
    {
        var folder = Make(kind);
        folder.Append("log", [1, 2, 3]);
        folder.Append("log", [4, 5]);
        Assert.Equal(5, folder.Length("log"));
        Assert.Equal([1, 2, 3, 4, 5], ReadAll(folder, "log"));

        var two = new byte[2];
        Assert.Equal((2, 1, 0), (folder.Read("log", 1, two), folder.Read("log", 4, two), folder.Read("log", 5, two)));
        Assert.Equal(0, folder.Read("log", 500, two));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Files_are_listed_in_ordinal_order_and_nothing_else_is(string kind)
    {
        var folder = Make(kind);
        Assert.Empty(folder.List());
        foreach (var name in new[] { "b", "a-1", "B", "a" })
        {
            folder.Replace(name, [1]);
        }

        Assert.Equal(["B", "a", "a-1", "b"], folder.List());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_not_there_has_no_length_and_cannot_be_read_flushed_or_cut(string kind)
    {
        var folder = Make(kind);
        Assert.False(folder.Exists("none"));
        Assert.Equal(0, folder.Length("none"));
        Assert.ThrowsAny<IOException>(() => folder.Read("none", 0, new byte[1]));
        Assert.ThrowsAny<IOException>(() => folder.Flush("none"));
        Assert.ThrowsAny<IOException>(() => folder.Truncate("none", 0));
        folder.Delete("none");
        Assert.Empty(folder.List());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Replacing_takes_the_place_of_the_whole_file(string kind)
    {
        var folder = Make(kind);
        folder.Append("state", [1, 2, 3, 4]);
        folder.Replace("state", [9]);
        Assert.Equal([9], ReadAll(folder, "state"));
        folder.Append("state", [8]);
        Assert.Equal([9, 8], ReadAll(folder, "state"));
        Assert.Equal(["state"], folder.List());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cut_file_grows_on_from_the_cut(string kind)
    {
        var folder = Make(kind);
        folder.Append("log", [1, 2, 3, 4]);
        folder.Truncate("log", 2);
        folder.Append("log", [7]);
        Assert.Equal([1, 2, 7], ReadAll(folder, "log"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_deleted_file_starts_afresh(string kind)
    {
        var folder = Make(kind);
        folder.Append("log", [1, 2, 3]);
        folder.Flush("log");
        folder.Delete("log");
        Assert.False(folder.Exists("log"));
        folder.Append("log", [4]);
        folder.Flush("log");
        Assert.Equal([4], ReadAll(folder, "log"));
    }

    [Fact]
    public void Disk_and_memory_never_differ_whatever_is_done_to_them()
    {
        var (memory, disk) = (Make("memory"), Make("linux"));
        var random = new SeededRandom(31);
        for (var step = 0; step < 2000; step++)
        {
            // More files than the one on disk keeps open.
            var name = $"file-{(char)('a' + random.Next(14))}";
            var bytes = new byte[random.Next(300)];
            random.Fill(bytes);
            var (kind, share) = (random.Next(10), random.NextDouble());
            Do(memory, kind, name, bytes, share);
            Do(disk, kind, name, bytes, share);
            Assert.Equal(memory.List(), disk.List());
            Assert.Equal(ReadAll(memory, name), ReadAll(disk, name));
        }
    }

    /// <summary>As the rack's loop, the gateway and the page do: each with its own files, in one folder.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Several_threads_use_it_at_once(string kind)
    {
        var folder = Make(kind);
        using var start = new Barrier(4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(owner => Task.Run(() => Work(owner))));
        for (var file = 0; file < 16; file++)
        {
            Assert.Equal(500, folder.Length($"file-{file}"));
        }

        void Work(int owner)
        {
            start.SignalAndWait(TestContext.Current.CancellationToken);
            for (var step = 0; step < 2000; step++)
            {
                var name = $"file-{(owner * 4) + (step % 4)}";
                folder.Append(name, [(byte)step]);
                folder.Read(name, 0, new byte[8]);
                if (step % 100 == 0)
                {
                    folder.Replace($"state-{owner}", [(byte)step]);
                }
            }
        }
    }

    public void Dispose()
    {
        opened.ForEach(folder => folder.Dispose());
        Directory.Delete(path, recursive: true);
    }

    private IDurableFolder Make(string kind)
    {
        if (kind == "memory")
        {
            return new MemoryFolder();
        }

        var folder = LinuxFolder.Open(path);
        opened.Add(folder);
        return folder;
    }

    private static void Do(IDurableFolder folder, int kind, string name, byte[] bytes, double share)
    {
        switch (kind)
        {
            case 0:
                folder.Replace(name, bytes);
                break;
            case 1:
                folder.Delete(name);
                break;
            case 2 when folder.Exists(name):
                folder.Truncate(name, (long)(folder.Length(name) * share));
                break;
            case 3 when folder.Exists(name):
                folder.Flush(name);
                break;
            default:
                folder.Append(name, bytes);
                break;
        }
    }

    private static byte[] ReadAll(IDurableFolder folder, string name)
    {
        var content = new byte[folder.Length(name)];
        Assert.Equal(content.Length, folder.Exists(name) ? folder.Read(name, 0, content) : 0);
        return content;
    }
}
