using Holdfast.Firmware.CommandLine;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

/// <summary>Help, and what is said to who mistypes: one line, with a remedy, exit code 2.</summary>
public sealed class StorageUsageTests
{
    [Theory]
    [InlineData("", "5 damaged, 'repair' rebuilds it; 6 too much is lost")]
    [InlineData("encode", "--shard-length <BYTES>")]
    [InlineData("decode", "<FOLDER> <TARGET>")]
    [InlineData("verify", "Say whether all shards are there and intact")]
    [InlineData("repair", "Rebuild the shards")]
    public async Task Every_command_helps(string command, string says)
    {
        var run = await StorageBench.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Required command was not provided. 'holdfast storage --help' shows")]
    [InlineData("encode", "Required argument 'SOURCE' missing")]
    [InlineData("encode a", "Required argument 'FOLDER' missing")]
    [InlineData("encode a b c", "Unrecognized command or argument 'c'")]
    [InlineData("encode a b -k 0", "-k must be 1 to 254, not '0'")]
    [InlineData("encode a b -k ten", "-k must be 1 to 254, not 'ten'")]
    [InlineData("encode a b -m 255", "-m must be 1 to 254, not '255'")]
    [InlineData("encode a b -k 200 -m 56", "200 + 56 shards are too many, 255 are the most")]
    [InlineData(
        "encode a b --shard-length 0",
        "--shard-length must be a number of bytes such as 65536, 64KiB or 1MiB, not '0'"
    )]
    [InlineData("encode a b --shard-length -5", "--shard-length must be a number of bytes")]
    [InlineData("encode a b --shard-length 1MB", "--shard-length must be a number of bytes")]
    [InlineData("encode a b --shard-length 4096MiB", "--shard-length must be a number of bytes")]
    [InlineData("encode a b --shard-length 1.5MiB", "--shard-length must be a number of bytes")]
    [InlineData("encode a b --shard-length 3MiB", "pieces of 3145728 bytes cannot be, 14 shards have pieces of 1 to ")]
    [InlineData("encode nothing-there b", "there is no /")]
    [InlineData("decode a", "Required argument 'TARGET' missing")]
    [InlineData("decode nothing-there b", "there is no folder /")]
    [InlineData("decode . nothing-there/b", "there is no folder /")]
    [InlineData("verify", "Required argument 'FOLDER' missing")]
    [InlineData("verify nothing-there", "there is no folder /")]
    [InlineData("verify nothing-there --jsno", "Unrecognized command or argument '--jsno'")]
    [InlineData("repair nothing-there", "there is no folder /")]
    public async Task What_makes_no_sense_is_said_in_one_line(string arguments, string says)
    {
        var run = await StorageBench.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(says, run.Failed(ExitCode.Usage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_are_empty_are_refused()
    {
        Assert.Contains(
            "SOURCE needs a name",
            (await StorageBench.RunAsync("encode", "", "b")).Failed(ExitCode.Usage),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "FOLDER needs a name",
            (await StorageBench.RunAsync("verify", "")).Failed(ExitCode.Usage),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_folder_without_shards_is_told()
    {
        using var bench = new StorageBench();
        Directory.CreateDirectory(bench.Shards);
        foreach (var command in (string[])["verify", "repair"])
        {
            Assert.Equal(
                $"{bench.Shards} holds no shards: no file in it ends in .shard.",
                (await StorageBench.RunAsync(command, bench.Shards)).Failed(ExitCode.Usage)
            );
        }

        Assert.Empty(bench.Files());
    }

    [Fact]
    public async Task Where_a_file_is_in_the_way_of_the_folder_that_is_told()
    {
        using var bench = new StorageBench();
        var source = bench.Source(10);
        var run = await StorageBench.RunAsync("encode", source, source);
        Assert.Contains(source, run.Failed(ExitCode.NotDone), StringComparison.Ordinal);
        run = await StorageBench.RunAsync("verify", source);
        Assert.Equal($"there is no folder {source}.", run.Failed(ExitCode.Usage));
    }
}
