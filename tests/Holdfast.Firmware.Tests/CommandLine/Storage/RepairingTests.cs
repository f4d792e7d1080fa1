using System.Diagnostics;
using Holdfast.Firmware.CommandLine;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

/// <summary><c>holdfast storage verify</c> and <c>repair</c>: what is wrong is found, named and healed, and nothing else touched.</summary>
public sealed class RepairingTests : IDisposable
{
    private readonly StorageBench bench = new();

    [Fact]
    public async Task Whole_shards_are_said_to_be_whole()
    {
        await bench.EncodedAsync();
        var verified = await StorageBench.RunAsync("verify", bench.Shards);
        Assert.Equal((ExitCode.Ok, ""), (verified.ExitCode, verified.Error));
        Assert.Equal(
            $"All 5 shards in {bench.Shards} are intact; any 3 of them give back the 1,000 bytes.\n",
            verified.Output
        );
        var repaired = await StorageBench.RunAsync("repair", bench.Shards);
        Assert.Equal(ExitCode.Ok, repaired.ExitCode);
        Assert.EndsWith("there is nothing to repair.\n", repaired.Output, StringComparison.Ordinal);
        Assert.Equal(StorageBench.Names(5), bench.Files());
    }

    [Fact]
    public async Task A_changed_byte_anywhere_in_any_shard_is_found_and_healed()
    {
        await bench.EncodedAsync(100, 2, 1);
        byte[][] good = [.. StorageBench.Names(3).Select(name => StorageBench.Read(Path.Combine(bench.Shards, name)))];
        for (var shard = 0; shard < 3; shard++)
        {
            // Each byte of the header, and some of the pieces and of their checksums.
            for (var at = 0; at < good[shard].Length; at += at < 64 ? 1 : 7)
            {
                bench.Spoil(shard, at);
                Assert.Equal(ExitCode.Damaged, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
                Assert.Equal(ExitCode.Ok, (await StorageBench.RunAsync("repair", bench.Shards)).ExitCode);
                Assert.Equal(good[shard], StorageBench.Read(bench.Shard(shard)));
                Assert.Equal(StorageBench.Names(3), bench.Files());
            }
        }
    }

    [Fact]
    public async Task What_is_wrong_with_which_shard_is_told()
    {
        var source = await bench.EncodedAsync(1000, 3, 3);
        File.Delete(bench.Shard(0));
        bench.Spoil(1, 20);
        StorageBench.Write(bench.Shard(5), StorageBench.Read(bench.Shard(5))[..200]);

        var table = await StorageBench.RunAsync("verify", bench.Shards);
        Assert.Equal(ExitCode.Damaged, table.ExitCode);
        Assert.Matches(@"0 +missing +is missing", table.Output);
        Assert.Matches(@"1 +001\.shard +damaged +has a damaged header", table.Output);
        Assert.Matches(@"5 +005\.shard +damaged +ends after 200 of ", table.Output);
        Assert.EndsWith(
            $"3 of 6 shards in {bench.Shards} are missing or damaged; 'holdfast storage repair {bench.Shards}' rebuilds them.\n",
            table.Output,
            StringComparison.Ordinal
        );

        var json = await StorageBench.JsonAsync(ExitCode.Damaged, "verify", bench.Shards);
        Assert.Equal("damaged", json.GetProperty("state").GetString());
        Assert.Equal(
            ["missing", "damaged", "intact", "intact", "intact", "damaged"],
            json.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("state").GetString())
        );

        json = await StorageBench.JsonAsync(0, "repair", bench.Shards);
        Assert.Equal("whole", json.GetProperty("state").GetString());
        Assert.Equal(
            ["rebuilt", "rebuilt", "intact", "intact", "intact", "rebuilt"],
            json.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("state").GetString())
        );
        Assert.Equal(0, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
        await bench.HoldsAsync(source);
    }

    [Fact]
    public async Task Too_many_losses_are_a_loss_and_repair_changes_nothing()
    {
        await bench.EncodedAsync();
        foreach (var lost in (int[])[0, 1, 2])
        {
            File.Delete(bench.Shard(lost));
        }

        var verified = await StorageBench.RunAsync("verify", bench.Shards);
        Assert.Equal(ExitCode.Lost, verified.ExitCode);
        Assert.Contains("3 of 5 shards", verified.Output, StringComparison.Ordinal);
        Assert.Contains("only 2 intact pieces are left, and 3 are needed", verified.Error, StringComparison.Ordinal);
        Assert.Equal(
            "lost",
            (await StorageBench.JsonAsync(ExitCode.Lost, "verify", bench.Shards)).GetProperty("state").GetString()
        );
        var repaired = await StorageBench.RunAsync("repair", bench.Shards);
        Assert.Contains(
            "000.shard is missing; 001.shard is missing",
            repaired.Failed(ExitCode.Lost),
            StringComparison.Ordinal
        );
        Assert.Equal(["003.shard", "004.shard"], bench.Files());
    }

    [Fact]
    public async Task More_shards_than_m_may_lie_when_each_lies_elsewhere()
    {
        var source = await bench.EncodedAsync(1000, 3, 2);
        for (var shard = 0; shard < 5; shard++)
        {
            bench.Spoil(shard, 64 + (68 * shard) + 5);
        }

        Assert.Equal(ExitCode.Damaged, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
        await bench.HoldsAsync(source);
        Assert.Equal(0, (await StorageBench.RunAsync("repair", bench.Shards)).ExitCode);
        Assert.Equal(0, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
        await bench.HoldsAsync(source);
    }

    [Fact]
    public async Task Files_that_are_none_of_the_sets_shards_are_named_and_left_alone()
    {
        var source = await bench.EncodedAsync();
        await bench.EncodedAsync(50, 4, 1, "others");
        File.Copy(Path.Combine(bench.PathOf("others"), "000.shard"), Path.Combine(bench.Shards, "foreign.shard"));
        File.Copy(bench.Shard(1), Path.Combine(bench.Shards, "copy.shard"));
        await File.WriteAllTextAsync(Path.Combine(bench.Shards, "notes.shard"), "hello");
        await File.WriteAllTextAsync(Path.Combine(bench.Shards, "readme.txt"), "hello");
        await MakePipeAsync(Path.Combine(bench.Shards, "pipe.shard"));
        var before = bench.Files();

        var run = await StorageBench.RunAsync("verify", bench.Shards);
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("foreign.shard belongs to another set, ", run.Error, StringComparison.Ordinal);
        Assert.Contains("copy.shard is shard 1 once more; it is left as it is.", run.Error, StringComparison.Ordinal);
        Assert.Contains("notes.shard is no shard; it is left as it is.", run.Error, StringComparison.Ordinal);
        Assert.Contains("pipe.shard is no file; it is left as it is.", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await StorageBench.RunAsync("repair", bench.Shards)).ExitCode);
        Assert.Equal(before, bench.Files());
        await bench.HoldsAsync(source);
    }

    [Fact]
    public async Task A_shard_of_another_set_that_has_the_name_of_a_missing_one_keeps_it()
    {
        var source = await bench.EncodedAsync();
        await bench.EncodedAsync(50, 4, 1, "others");
        File.Copy(Path.Combine(bench.PathOf("others"), "000.shard"), bench.Shard(1), overwrite: true);
        var foreign = StorageBench.Read(bench.Shard(1));
        Assert.Equal(ExitCode.Damaged, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
        Assert.Equal(0, (await StorageBench.RunAsync("repair", bench.Shards)).ExitCode);
        Assert.Equal(foreign, StorageBench.Read(bench.Shard(1)));
        Assert.Contains("001-1.shard", bench.Files());
        Assert.Equal(0, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
        await bench.HoldsAsync(source);
    }

    [Fact]
    public async Task Names_do_not_matter()
    {
        var source = await bench.EncodedAsync();
        File.Move(bench.Shard(0), Path.Combine(bench.Shards, "swap"));
        File.Move(bench.Shard(4), bench.Shard(0));
        File.Move(Path.Combine(bench.Shards, "swap"), bench.Shard(4));
        File.Move(bench.Shard(2), Path.Combine(bench.Shards, "other-name.shard"));
        bench.Spoil(4, 100);
        Assert.Equal(ExitCode.Damaged, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
        var files = bench.Files();
        Assert.Equal(0, (await StorageBench.RunAsync("repair", bench.Shards)).ExitCode);
        Assert.Equal(files, bench.Files());
        Assert.Equal(0, (await StorageBench.RunAsync("verify", bench.Shards)).ExitCode);
        await bench.HoldsAsync(source);
    }

    [Fact]
    public async Task Two_whole_sets_in_one_folder_are_not_guessed_between()
    {
        await bench.EncodedAsync(1000, 3, 1);
        await bench.EncodedAsync(1000, 2, 1, "others");
        foreach (var name in StorageBench.Names(3))
        {
            File.Copy(Path.Combine(bench.PathOf("others"), name), Path.Combine(bench.Shards, "b-" + name));
        }

        foreach (var command in (string[])["verify", "repair"])
        {
            var says = (await StorageBench.RunAsync(command, bench.Shards)).Failed(ExitCode.NotDone);
            Assert.Contains("shards of two sets are mixed, and each could be meant: ", says, StringComparison.Ordinal);
            Assert.EndsWith("; move the shards of each to a folder of their own.", says, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task When_no_header_is_left_that_is_told()
    {
        await bench.EncodedAsync();
        foreach (var shard in Enumerable.Range(0, 5))
        {
            bench.Spoil(shard, 33);
        }

        var run = await StorageBench.RunAsync("verify", bench.Shards);
        Assert.Equal(
            $"of the shards in {bench.Shards} none can be read: 000.shard has a damaged header; 001.shard has a damaged header; "
                + "002.shard has a damaged header; and so on.",
            run.Failed(ExitCode.Lost)
        );
    }

    [Fact]
    public async Task A_folder_full_of_something_else_is_refused()
    {
        Directory.CreateDirectory(bench.Shards);
        for (var i = 0; i < 511; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(bench.Shards, $"{i}.shard"), []);
        }

        var run = await StorageBench.RunAsync("verify", bench.Shards);
        Assert.Contains(
            "holds more than 510 files that end in .shard",
            run.Failed(ExitCode.NotDone),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => bench.Dispose();

    private static async Task MakePipeAsync(string path)
    {
        using var mkfifo = Process.Start(Counterpart.Require("mkfifo", "coreutils"), [path]);
        await mkfifo.WaitForExitAsync();
    }
}
