using System.Runtime.Versioning;
using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.CommandLine.Storage;
using Holdfast.Firmware.Tests.Http;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

/// <summary><c>holdfast storage encode</c> and <c>decode</c>: what goes in comes out.</summary>
[SupportedOSPlatform("linux")]
public sealed class EncodingTests : IDisposable
{
    private readonly StorageBench bench = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(10_000_000)]
    public async Task A_file_comes_back_from_any_k_shards(int length)
    {
        var source = bench.Source(length);
        var encoded = await StorageBench.RunAsync("encode", source, bench.Shards);
        Assert.Equal((ExitCode.Ok, ""), (encoded.ExitCode, encoded.Error));
        Assert.StartsWith($"{source} is in 14 shards of ", encoded.Output, StringComparison.Ordinal);
        Assert.Equal(StorageBench.Names(14), bench.Files());
        await bench.HoldsAsync(source);

        foreach (var lost in (int[])[0, 4, 9, 13])
        {
            File.Delete(bench.Shard(lost));
        }

        var target = bench.PathOf("back");
        var decoded = await StorageBench.RunAsync("decode", bench.Shards, target);
        Assert.Equal(ExitCode.Ok, decoded.ExitCode);
        Assert.Equal(
            $"holdfast: 4 of 14 shards are missing or damaged; 'holdfast storage repair {bench.Shards}' rebuilds them.\n",
            decoded.Error
        );
        Assert.Equal(StorageBench.Read(source), StorageBench.Read(target));
    }

    [Theory]
    [InlineData("1", "1", "1")]
    [InlineData("4", "2", "4KiB")]
    [InlineData("2", "1", "10MiB")]
    [InlineData("60", "3", "100")]
    public async Task The_code_can_be_chosen(string k, string m, string shardLength)
    {
        var source = bench.Source(5000);
        string[] code = ["-k", k, "-m", m, "--shard-length", shardLength];
        Assert.Equal(0, (await StorageBench.RunAsync(["encode", source, bench.Shards, .. code])).ExitCode);
        await bench.HoldsAsync(source);
    }

    [Fact]
    public async Task A_directory_comes_back_with_rights_times_and_links()
    {
        var (source, time) = (bench.PathOf("tree"), new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        Directory.CreateDirectory(Path.Combine(source, "a", "empty"));
        await File.WriteAllTextAsync(Path.Combine(source, "a", "script"), "#!/bin/sh\n");
        await File.WriteAllBytesAsync(Path.Combine(source, "large"), new byte[3_000_000]);
        await File.WriteAllTextAsync(Path.Combine(source, "ünïcode 'name' = 1"), "x");
        File.CreateSymbolicLink(Path.Combine(source, "a", "up"), "../large");
        File.CreateSymbolicLink(Path.Combine(source, "folder"), "a/empty");
        File.SetUnixFileMode(Path.Combine(source, "a", "script"), (UnixFileMode)0b111_101_000);
        File.SetUnixFileMode(Path.Combine(source, "a"), (UnixFileMode)0b101_000_000);
        File.SetLastWriteTimeUtc(Path.Combine(source, "large"), time);
        Directory.SetLastWriteTimeUtc(Path.Combine(source, "a"), time);
        var packed = await StorageBench.RunAsync("encode", source + "/", bench.Shards);
        Assert.True(packed.ExitCode == 0, packed.Error);
        File.Delete(bench.Shard(0));

        var target = bench.PathOf("tree-again");
        var run = await StorageBench.RunAsync("decode", bench.Shards, target + "/");
        Assert.True(run.ExitCode == 0, run.Error);

        Assert.Equal(Describe(source), Describe(target));
        Assert.Equal(time, File.GetLastWriteTimeUtc(Path.Combine(target, "large")));
        Assert.Equal(time, Directory.GetLastWriteTimeUtc(Path.Combine(target, "a")));
        Assert.Equal("../large", new FileInfo(Path.Combine(target, "a", "up")).LinkTarget);
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(Path.Combine(target, "a", "script")));
        Assert.Equal(["shards", "tree", "tree-again"], Names(bench.PathOf("")));
    }

    [Fact]
    public async Task Json_has_the_documented_members()
    {
        var source = bench.Source(1000);
        var document = await StorageBench.JsonAsync(0, "encode", source, bench.Shards, "-k", "2", "-m", "1");
        ReadingTests.Names(
            document,
            "folder set data_shards parity_shards matrix shard_length file_length source_length content state problem interrupted shards others"
        );
        ReadingTests.Names(document.GetProperty("shards")[0], "index file state problem");
        Assert.Equal((2, 1, 1000), (Number("data_shards"), Number("parity_shards"), Number("source_length")));
        Assert.Equal(new FileInfo(bench.Shard(2)).Length, Number("file_length"));
        Assert.Equal("whole", document.GetProperty("state").GetString());
        var decoded = await StorageBench.JsonAsync(0, "decode", bench.Shards, bench.PathOf("back"));
        Assert.Equal(document.ToString(), decoded.ToString());

        int Number(string name) => document.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Somebody_who_looks_on_sees_that_it_goes_on()
    {
        var output = new StringWriter();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Null, isPerson: true);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var shown = await new Storing(terminal, json: false).ShowAsync(
            "Encoding [source]",
            100,
            async progress =>
            {
                progress!.Report(50);
                while (!output.ToString().Contains("50%", StringComparison.Ordinal))
                {
                    await Task.Delay(10, patience.Token);
                }

                return "done";
            }
        );
        Assert.Equal("done", shown);
        Assert.Contains("Encoding [source]", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Programs_see_no_progress(bool isPerson, bool json)
    {
        var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, isPerson);
        Assert.Null(await new Storing(terminal, json).ShowAsync("Encoding", 100, Task.FromResult));
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task Shards_that_are_there_are_never_overwritten()
    {
        var source = await bench.EncodedAsync();
        var before = StorageBench.Read(bench.Shard(0));
        var run = await StorageBench.RunAsync("encode", bench.Source(10, "other"), bench.Shards);
        Assert.Equal(
            $"{bench.Shards} holds shards already, and none is overwritten; name another folder or remove them.",
            run.Failed(ExitCode.NotDone)
        );
        Assert.Equal(before, StorageBench.Read(bench.Shard(0)));
        Assert.Equal(StorageBench.Names(5), bench.Files());
        await bench.HoldsAsync(source);
    }

    [Fact]
    public async Task What_is_there_is_not_overwritten_by_decoding()
    {
        var source = await bench.EncodedAsync();
        foreach (var target in (string[])[source, bench.Shards])
        {
            var run = await StorageBench.RunAsync("decode", bench.Shards, target);
            Assert.StartsWith($"{target} is there already", run.Failed(ExitCode.NotDone), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Shards_cannot_go_into_the_directory_that_they_are_made_of()
    {
        var tree = Directory.CreateDirectory(bench.PathOf("tree")).FullName;
        foreach (var folder in (string[])[tree, Path.Combine(tree, "shards")])
        {
            var run = await StorageBench.RunAsync("encode", tree, folder);
            Assert.Contains("which is a part of it", run.Failed(ExitCode.Usage), StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(tree));
        Assert.Equal(0, (await StorageBench.RunAsync("encode", tree, tree + "-shards")).ExitCode);
    }

    [Fact]
    public async Task With_too_few_shards_it_is_said_which_are_missing_and_nothing_is_made()
    {
        await bench.EncodedAsync();
        File.Delete(bench.Shard(0));
        File.Delete(bench.Shard(4));
        bench.Spoil(2, 70);
        var run = await StorageBench.RunAsync("decode", bench.Shards, bench.PathOf("back"));
        Assert.Equal(
            $"what is in {bench.Shards} cannot be given back: of stripe 0 only 2 intact pieces are left, and 3 are needed: "
                + "000.shard is missing; 002.shard has 1 damaged piece, in stripe 0: its checksum does not fit; 004.shard is missing.",
            run.Failed(ExitCode.Lost)
        );
        Assert.Equal(["shards", "source-of-shards"], Names(bench.PathOf("")));
    }

    public void Dispose() => bench.Dispose();

    private static string[] Names(string folder) =>
        [
            .. Directory
                .EnumerateFileSystemEntries(folder)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Every path with its rights and content.</summary>
    private static string[] Describe(string folder) =>
        [
            .. new DirectoryInfo(folder)
                .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                .Select(info =>
                    $"{Path.GetRelativePath(folder, info.FullName)} {info.LinkTarget} {info.UnixFileMode} {(info is FileInfo { LinkTarget: null } file ? Convert.ToHexString(global::System.Security.Cryptography.SHA256.HashData(StorageBench.Read(file.FullName))) : "")}"
                )
                .Order(StringComparer.Ordinal),
        ];
}
