using System.Diagnostics;
using System.Formats.Tar;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.CommandLine.Storage;
using Holdfast.Storage.Shards;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

/// <summary>Archives from strangers are unpacked inside of the target or not at all; what could not be unpacked is not packed.</summary>
[SupportedOSPlatform("linux")]
public sealed class ArchiveTests : IDisposable
{
    private readonly StorageBench bench = new();

    [Theory]
    [InlineData("../evil")]
    [InlineData("/tmp/evil")]
    [InlineData("a/../../evil")]
    [InlineData("a//evil")]
    [InlineData("./evil")]
    [InlineData("..")]
    [InlineData(".")]
    public async Task A_name_that_leads_outside_is_refused(string name) =>
        Assert.Contains(
            "must not be unpacked: its name ",
            await RefusedAsync(File(name, "evil")),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData("../outside")]
    [InlineData("inside/../..")]
    [InlineData("inside/../x")]
    [InlineData("../../outside")]
    public async Task A_link_that_leads_outside_is_refused(string target)
    {
        var says = await RefusedAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = target });
        Assert.Contains("the archive's entry 'link' must not be unpacked: it", says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link()
    {
        var says = await RefusedAsync(
            Folder("a"),
            new PaxTarEntry(TarEntryType.SymbolicLink, "b") { LinkName = "a" },
            File("b/file", "x")
        );
        Assert.Contains(
            "'b/file' must not be unpacked: its directory is not in front of it",
            says,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Nothing_is_written_twice()
    {
        Assert.Contains(
            "it is there twice",
            await RefusedAsync(File("a", "1"), File("a", "2")),
            StringComparison.Ordinal
        );
        Assert.Contains("it is there twice", await RefusedAsync(Folder("a"), Folder("a")), StringComparison.Ordinal);
        Assert.Contains(
            "it is there twice",
            await RefusedAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "x" }, File("a", "2")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.HardLink)]
    public async Task Only_files_directories_and_links_are_made(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "thing");
        if (type == TarEntryType.HardLink)
        {
            entry.LinkName = "a";
        }

        Assert.Contains(
            "it is no file, directory or link",
            await RefusedAsync(File("a", "x"), entry),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Too_deep_and_too_long_names_are_refused()
    {
        var deep = Enumerable.Range(1, 201).Select(depth => Folder(string.Join('/', Enumerable.Repeat("d", depth))));
        Assert.Contains("it lies deeper than 200 levels", await RefusedAsync([.. deep]), StringComparison.Ordinal);
        Assert.Contains(
            "longer than 255 bytes",
            await RefusedAsync(File(new string('n', 256), "")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(4000)]
    public async Task What_is_no_archive_is_told(int length)
    {
        var bytes = new byte[length];
        new SeededRandom(7).Fill(bytes);
        var run = await DecodeAsync(bytes);
        Assert.True(run.ExitCode == ExitCode.NotDone, run.Error);
        Assert.False(Directory.Exists(bench.PathOf("back")));
    }

    [Fact]
    public async Task An_archive_damaged_anywhere_makes_a_message_or_a_tree_and_never_a_stack_trace()
    {
        var good = await ArchiveOfAsync(
            Folder("a"),
            File("a/b", "content"),
            new PaxTarEntry(TarEntryType.SymbolicLink, "c") { LinkName = "a/b" }
        );
        var random = new SeededRandom(3);
        for (var round = 0; round < 60; round++)
        {
            var bytes = good.ToArray();
            for (var flips = 1 + random.Next(3); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var run = await DecodeAsync(bytes[..(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)]);
            Assert.True(run.ExitCode is ExitCode.Ok or ExitCode.NotDone, run.Error);
            Assert.Equal(run.ExitCode == ExitCode.Ok, Directory.Exists(bench.PathOf("back")));
            Remove("back");
            Remove("shards");
            Assert.Empty(Directory.EnumerateFileSystemEntries(bench.PathOf("")));
        }
    }

    [Fact]
    public async Task An_archive_without_an_entry_for_itself_is_unpacked_for_its_owner_only()
    {
        Assert.Equal(0, (await DecodeAsync(await ArchiveOfAsync(File("a", "x")))).ExitCode);
        Assert.Equal((UnixFileMode)0b111_000_000, global::System.IO.File.GetUnixFileMode(bench.PathOf("back")));
    }

    [Fact]
    public async Task Nobody_gets_a_program_that_runs_as_its_owner()
    {
        var entry = File("a", "x");
        entry.Mode = (UnixFileMode)0b111_111_101_101;
        Assert.Equal(0, (await DecodeAsync(await ArchiveOfAsync(entry))).ExitCode);
        Assert.Equal(
            (UnixFileMode)0b111_101_101,
            global::System.IO.File.GetUnixFileMode(Path.Combine(bench.PathOf("back"), "a"))
        );
    }

    [Theory]
    [InlineData("/etc/passwd", "it leads to an absolute name")]
    [InlineData("../outside", "it leads outside")]
    public async Task A_link_that_could_not_be_unpacked_is_not_packed(string target, string says)
    {
        var tree = Directory.CreateDirectory(bench.PathOf("tree")).FullName;
        global::System.IO.File.CreateSymbolicLink(Path.Combine(tree, "link"), target);
        var run = await StorageBench.RunAsync("encode", tree, bench.Shards);
        Assert.Equal(
            $"{tree}/link is a link to {target}, which cannot be archived: {says}.",
            run.Failed(ExitCode.NotDone)
        );
        Assert.Empty(bench.Files());
    }

    [Fact]
    public async Task A_name_that_the_archive_cannot_hold_is_told()
    {
        var tree = Directory.CreateDirectory(bench.PathOf("tree")).FullName;
        await global::System.IO.File.WriteAllTextAsync(Path.Combine(tree, "two\nlines"), "");
        var run = await StorageBench.RunAsync("encode", tree, bench.Shards);
        Assert.Equal(
            $"{tree}/two?lines cannot be archived: its name holds a zero or a line break.",
            run.Failed(ExitCode.NotDone)
        );
    }

    [Fact]
    public async Task Pipes_and_sockets_are_refused_and_not_waited_for()
    {
        var tree = Directory.CreateDirectory(bench.PathOf("tree")).FullName;
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(tree, "thing")));
            await SaysAsync();
        }

        global::System.IO.File.Delete(Path.Combine(tree, "thing"));
        using var mkfifo = Process.Start(Counterpart.Require("mkfifo", "coreutils"), [Path.Combine(tree, "thing")]);
        await mkfifo.WaitForExitAsync();
        await SaysAsync();

        async Task SaysAsync() =>
            Assert.StartsWith(
                $"{tree}/thing is a pipe, a socket or a device",
                (await StorageBench.RunAsync("encode", tree, bench.Shards)).Failed(ExitCode.NotDone),
                StringComparison.Ordinal
            );
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_cut_or_told()
    {
        var path = bench.Source(1000);
        await using var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.ReadWrite,
            bufferSize: 0
        );
        await using (var longer = new FixedLengthStream(file, path))
        {
            await global::System.IO.File.AppendAllTextAsync(path, "more");
            var copy = new MemoryStream();
            await longer.CopyToAsync(copy);
            Assert.Equal(1000, copy.Length);
        }

        file.Position = 0;
        await using var shorter = new FixedLengthStream(file, path);
        file.SetLength(500);
        var error = await Assert.ThrowsAsync<IOException>(() => shorter.CopyToAsync(Stream.Null));
        Assert.Equal($"{path} shrank while it was read", error.Message);
    }

    public void Dispose() => bench.Dispose();

    private static PaxTarEntry File(string name, string content) =>
        new(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(global::System.Text.Encoding.UTF8.GetBytes(content)),
        };

    private static PaxTarEntry Folder(string name) =>
        new(TarEntryType.Directory, name + "/") { Mode = (UnixFileMode)0b111_101_101 };

    private static async Task<byte[]> ArchiveOfAsync(params PaxTarEntry[] entries)
    {
        var bytes = new MemoryStream();
        await using (var archive = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                await archive.WriteEntryAsync(entry);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>What is said when it is unpacked; nothing may be there then.</summary>
    private async Task<string> RefusedAsync(params PaxTarEntry[] entries)
    {
        var says = (await DecodeAsync(await ArchiveOfAsync(entries))).Failed(ExitCode.NotDone);
        Remove("shards");
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.PathOf("")));
        return says;
    }

    private async Task<CommandRun> DecodeAsync(byte[] archive)
    {
        Directory.CreateDirectory(bench.Shards);
        var layout = ShardLayout.Usual(2, 1) with { PieceLength = 512 };
        var shards = Enumerable.Range(0, 3).Select(_ => new MemoryStream()).ToArray();
        await new ShardWriter(layout, ShardContent.Tar).WriteAsync(new MemoryStream(archive), shards);
        foreach (var (index, shard) in shards.Index())
        {
            await global::System.IO.File.WriteAllBytesAsync(bench.Shard(index), shard.ToArray());
        }

        return await StorageBench.RunAsync("decode", bench.Shards, bench.PathOf("back"));
    }

    private void Remove(string name)
    {
        if (Directory.Exists(bench.PathOf(name)))
        {
            Directory.Delete(bench.PathOf(name), recursive: true);
        }
    }
}
