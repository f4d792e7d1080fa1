using Holdfast.Firmware.CommandLine;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

/// <summary>What goes wrong around the storage commands is said in a sentence, and nothing half done is left.</summary>
public sealed class StorageTroubleTests : IDisposable
{
    private readonly StorageBench bench = new();

    /// <summary>The limit of the file size stands in for a full disk.</summary>
    [Fact]
    public async Task On_a_full_disk_encoding_ends_and_leaves_nothing()
    {
        var source = bench.Source(10_000_000);
        await using var encoding = StorageProcess.Start(500, "encode", source, bench.Shards);
        var says = (await encoding.EndAsync()).Failed(ExitCode.NotDone);
        Assert.Matches(
            $"^{bench.Shards}/0[01][0-9].shard cannot be written: the file system or a limit of the process lets the file grow",
            says
        );
        Assert.Empty(bench.Files());
    }

    [Fact]
    public async Task On_a_full_disk_decoding_ends_and_leaves_nothing()
    {
        var source = bench.Source(10_000_000);
        Assert.Equal(0, (await StorageBench.RunAsync("encode", source, bench.Shards)).ExitCode);
        var folder = Directory.CreateDirectory(bench.PathOf("out")).FullName;
        await using var decoding = StorageProcess.Start(5000, "decode", bench.Shards, Path.Combine(folder, "back"));
        var says = (await decoding.EndAsync()).Failed(ExitCode.NotDone);
        Assert.StartsWith($"{folder}/back cannot be written: ", says, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task On_a_full_disk_unpacking_ends_and_leaves_nothing()
    {
        var tree = Directory.CreateDirectory(bench.PathOf("tree")).FullName;
        File.Move(bench.Source(10_000_000), Path.Combine(tree, "large"));
        Assert.Equal(0, (await StorageBench.RunAsync("encode", tree, bench.Shards)).ExitCode);
        var folder = Directory.CreateDirectory(bench.PathOf("out")).FullName;
        await using var decoding = StorageProcess.Start(5000, "decode", bench.Shards, Path.Combine(folder, "back"));
        var says = (await decoding.EndAsync()).Failed(ExitCode.NotDone);
        Assert.Contains("cannot be unpacked: ", says, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task On_a_full_disk_repairing_ends_and_leaves_what_was_there()
    {
        var source = bench.Source(10_000_000);
        Assert.Equal(0, (await StorageBench.RunAsync("encode", source, bench.Shards)).ExitCode);
        bench.Spoil(2, 1000);
        File.Delete(bench.Shard(0));
        var before = bench.Files();
        await using var repairing = StorageProcess.Start(500, "repair", bench.Shards);
        Assert.Contains(
            "shard cannot be written: ",
            (await repairing.EndAsync()).Failed(ExitCode.NotDone),
            StringComparison.Ordinal
        );
        Assert.Equal(before, bench.Files());
        await bench.HoldsAsync(source);
    }

    [Fact]
    public async Task Two_commands_do_not_change_one_folder_at_once()
    {
        await using var encoding = StorageProcess.Start("encode", "/dev/stdin", bench.Shards);
        await encoding.UntilAsync(() => File.Exists(Path.Combine(bench.Shards, ".013.shard.tmp")));
        var source = bench.Source(10);
        var run = await StorageBench.RunAsync("encode", source, bench.Shards);
        Assert.Equal($"another holdfast works in {bench.Shards}; wait for its end.", run.Failed(ExitCode.NotDone));

        await encoding.Input.WriteAsync(new byte[100], encoding.Patience);
        encoding.Input.Close();
        Assert.Equal(0, (await encoding.EndAsync()).ExitCode);
        Assert.Equal(StorageBench.Names(14), bench.Files());
    }

    [Fact]
    public async Task Ctrl_c_ends_it_with_nothing_left()
    {
        using var stop = new CancellationTokenSource();
        var (output, error) = (new StringWriter(), new StringWriter());
        await stop.CancelAsync();
        var exitCode = await Cli.RunAsync(
            ["storage", "encode", bench.Source(1000), bench.Shards],
            new Terminal(output, error, false),
            stop.Token
        );
        Assert.Equal((ExitCode.NotDone, ""), (exitCode, output.ToString()));
        Assert.Equal("holdfast: stopped; what was half done is removed.\n", error.ToString());
        Assert.Empty(bench.Files());
    }

    /// <summary>The process has the appliance's limit of its heap.</summary>
    [Theory]
    [InlineData(10, 4, "2300KiB")]
    [InlineData(200, 55, "120KiB")]
    [InlineData(1, 1, "15MiB")]
    [InlineData(128, 127, "1KiB")]
    public async Task Any_code_fits_into_the_appliances_memory(int k, int m, string shardLength)
    {
        var source = bench.Source(40_000_000);
        await using var encoding = StorageProcess.Start(
            "encode",
            source,
            bench.Shards,
            "-k",
            $"{k}",
            "-m",
            $"{m}",
            "--shard-length",
            shardLength
        );
        Succeeded(await encoding.EndAsync());
        File.Delete(bench.Shard(0));
        var target = bench.PathOf("back");
        await using var decoding = StorageProcess.Start("decode", bench.Shards, target);
        Assert.Equal(0, (await decoding.EndAsync()).ExitCode);
        Assert.True(StorageBench.Read(source).AsSpan().SequenceEqual(StorageBench.Read(target)));
        await using var repairing = StorageProcess.Start("repair", bench.Shards);
        Succeeded(await repairing.EndAsync());
    }

    [Fact]
    public async Task An_unknown_kernel_is_told()
    {
        await using var process = StorageProcess.StartWith("HOLDFAST_KERNEL", "warp", "verify", bench.PathOf(""));
        Assert.StartsWith(
            "HOLDFAST_KERNEL is \"warp\": there is no such kernel",
            (await process.EndAsync()).Failed(ExitCode.Usage),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => bench.Dispose();

    private static void Succeeded(CommandRun run) => Assert.Equal((0, ""), (run.ExitCode, run.Error));
}
