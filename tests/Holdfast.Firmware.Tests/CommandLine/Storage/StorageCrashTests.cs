using Holdfast.Firmware.CommandLine;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

/// <summary>kill -9 in the middle of work: nothing half written has its final name, and the command repeated does it.</summary>
public sealed class StorageCrashTests : IDisposable
{
    private const string WorkFile = ".holdfast-storage";
    private const int Long = 60_000_000;

    private readonly StorageBench bench = new();

    [Fact]
    public async Task Encoding_that_was_killed_leaves_no_shard_and_is_repeated()
    {
        await using (var encoding = StorageProcess.Start("encode", "/dev/stdin", bench.Shards))
        {
            // As much as makes some stripes, and no end: it waits for more.
            await encoding.Input.WriteAsync(new byte[20_000_000], encoding.Patience);
            await encoding.UntilAsync(() => Length(".013.shard.tmp") > 1_000_000);
            Assert.False(encoding.HasExited);
            await encoding.KillAsync();
        }

        Assert.Equal([.. StorageBench.Names(14).Select(name => $".{name}.tmp"), WorkFile], bench.Files());
        Assert.Contains(
            "holds no shards",
            (await StorageBench.RunAsync("verify", bench.Shards)).Failed(ExitCode.Usage),
            StringComparison.Ordinal
        );

        var source = bench.Source(1000);
        Assert.Equal(0, (await StorageBench.RunAsync("encode", source, bench.Shards, "-k", "2", "-m", "1")).ExitCode);
        Assert.Equal(StorageBench.Names(3), bench.Files());
        await bench.HoldsAsync(source);
    }

    /// <summary>The state after a kill between two of the last steps, for each of them.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Encoding_that_was_killed_while_the_shards_got_their_names_is_repeated_or_repaired(int named)
    {
        var source = await bench.EncodedAsync(1000, 3, 2);
        await InterruptAsync(named);
        if (named >= 3)
        {
            await bench.HoldsAsync(source);
            var verified = await StorageBench.RunAsync("verify", bench.Shards);
            Assert.Equal(named == 5 ? ExitCode.Ok : ExitCode.Damaged, verified.ExitCode);
            Assert.Contains(
                "is at work or was interrupted; if it has ended, repeat it",
                verified.Error,
                StringComparison.Ordinal
            );
            Assert.Equal(0, (await StorageBench.RunAsync("repair", bench.Shards)).ExitCode);
            Assert.Equal(StorageBench.Names(5), bench.Files());
            await bench.HoldsAsync(source);
            await InterruptAsync(named);
        }
        else if (named > 0)
        {
            var repaired = await StorageBench.RunAsync("repair", bench.Shards);
            Assert.EndsWith(
                "A command was interrupted there: repeat it.",
                repaired.Failed(ExitCode.Lost),
                StringComparison.Ordinal
            );
        }

        var other = bench.Source(500, "other");
        var run = await StorageBench.RunAsync("encode", other, bench.Shards, "-k", "3", "-m", "1");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(StorageBench.Names(4), bench.Files());
        await bench.HoldsAsync(other);
    }

    [Fact]
    public async Task Shards_of_others_survive_what_an_encoding_left_behind()
    {
        var source = await bench.EncodedAsync(1000, 3, 2);
        await StorageBench.WriteTextAsync(Path.Combine(bench.Shards, WorkFile), $"encode {Guid.NewGuid():N}");
        var run = await StorageBench.RunAsync("encode", source, bench.Shards);
        Assert.Contains("holds shards already", run.Failed(ExitCode.NotDone), StringComparison.Ordinal);
        Assert.Equal(StorageBench.Names(5), bench.Files());
        await bench.HoldsAsync(source);
    }

    [Theory]
    [InlineData(".000.shard.tmp")]
    [InlineData("000.shard")]
    [InlineData("100.shard")]
    [InlineData("254.shard")]
    public async Task Encoding_can_be_killed_at_any_time(string when)
    {
        var source = bench.Source(Long);
        string[] encode = ["encode", source, bench.Shards, "-k", "200", "-m", "55"];
        await using (var encoding = StorageProcess.Start(encode))
        {
            await encoding.UntilAsync(() => File.Exists(Path.Combine(bench.Shards, when)));
            await encoding.KillAsync();
        }

        // Where it had ended already, the shards stay.
        var run = await StorageBench.RunAsync(encode);
        Assert.True(run.ExitCode is ExitCode.Ok or ExitCode.NotDone, run.Error);
        Assert.Equal(StorageBench.Names(255), bench.Files());
        Assert.Equal(0, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
    }

    [Fact]
    public async Task Repairing_that_was_killed_leaves_what_was_there_and_is_repeated()
    {
        var source = bench.Source(Long);
        Assert.Equal(0, (await StorageBench.RunAsync("encode", source, bench.Shards, "-k", "4", "-m", "2")).ExitCode);
        var good = StorageBench.Read(bench.Shard(1));
        bench.Spoil(1, 1000);
        var bad = StorageBench.Read(bench.Shard(1));
        File.Delete(bench.Shard(3));

        await using (var repairing = StorageProcess.Start("repair", bench.Shards))
        {
            await repairing.UntilAsync(() => Length(".003.shard.tmp") > 0);
            await repairing.KillAsync();
        }

        var now = StorageBench.Read(bench.Shard(1));
        Assert.True(now.AsSpan().SequenceEqual(bad) || now.AsSpan().SequenceEqual(good));
        await bench.HoldsAsync(source);
        Assert.Equal(0, (await StorageBench.RunAsync("repair", bench.Shards)).ExitCode);
        Assert.Equal(StorageBench.Names(6), bench.Files());
        Assert.Equal(0, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decoding_that_was_killed_leaves_no_target_and_is_repeated(bool isDirectory)
    {
        var source = bench.Source(Long);
        if (isDirectory)
        {
            Directory.CreateDirectory(bench.PathOf("tree"));
            File.Move(source, Path.Combine(bench.PathOf("tree"), "large"));
            source = bench.PathOf("tree");
        }

        Assert.Equal(0, (await StorageBench.RunAsync("encode", source, bench.Shards)).ExitCode);
        var folder = Directory.CreateDirectory(bench.PathOf("out")).FullName;
        var target = Path.Combine(folder, "back");
        await using (var decoding = StorageProcess.Start("decode", bench.Shards, target))
        {
            await decoding.UntilAsync(() => Path.Exists(Path.Combine(folder, ".back.tmp")));
            await decoding.KillAsync();
        }

        if (!Path.Exists(target))
        {
            var run = await StorageBench.RunAsync("decode", bench.Shards, target);
            Assert.True(run.ExitCode == 0, run.Error);
        }

        Assert.Equal(["back"], Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)));
        var (from, to) = isDirectory
            ? (Path.Combine(source, "large"), Path.Combine(target, "large"))
            : (source, target);
        Assert.True(StorageBench.Read(from).AsSpan().SequenceEqual(StorageBench.Read(to)));
    }

    public void Dispose() => bench.Dispose();

    private long Length(string name)
    {
        var file = new FileInfo(Path.Combine(bench.Shards, name));
        return file.Exists ? file.Length : 0;
    }

    /// <summary>As if the command had been killed when this many shards had their names.</summary>
    private async Task InterruptAsync(int named)
    {
        var set = (await StorageBench.JsonAsync(0, "verify", bench.Shards)).GetProperty("set").GetString();
        for (var shard = named; shard < 5; shard++)
        {
            File.Move(bench.Shard(shard), Path.Combine(bench.Shards, $".{shard:000}.shard.tmp"));
        }

        await StorageBench.WriteTextAsync(Path.Combine(bench.Shards, WorkFile), $"encode {set}");
    }
}
