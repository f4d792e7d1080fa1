using System.Text.Json;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

/// <summary>A folder for a test of the storage commands.</summary>
internal sealed class StorageBench : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("holdfast-storage-");

    public string Shards => PathOf("shards");

    public string PathOf(string name) => Path.Combine(root.FullName, name);

    public string Shard(int index) => Path.Combine(Shards, $"{index:000}.shard");

    /// <summary>A file of random bytes.</summary>
    public string Source(int length, string name = "source")
    {
        var bytes = new byte[length];
        new SeededRandom((ulong)length + 1).Fill(bytes);
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    /// <summary>A file in shards; small pieces, so that there are several stripes.</summary>
    public async Task<string> EncodedAsync(int length = 1000, int k = 3, int m = 2, string shards = "shards")
    {
        var source = Source(length, $"source-of-{shards}");
        var run = await RunAsync("encode", source, PathOf(shards), "-k", $"{k}", "-m", $"{m}", "--shard-length", "64");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return source;
    }

    public static byte[] Read(string path) => File.ReadAllBytes(path);

    public static Task WriteTextAsync(string path, string text) => File.WriteAllTextAsync(path, text);

    public static void Write(string path, byte[] bytes) => File.WriteAllBytes(path, bytes);

    public static Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync(["storage", .. arguments]);

    public static async Task<JsonElement> JsonAsync(int exitCode, params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.Equal(exitCode, run.ExitCode);
        return JsonDocument.Parse(Assert.Single(run.Lines())).RootElement;
    }

    /// <summary>Everything in the folder of the shards, what is hidden too.</summary>
    public string[] Files() =>
        [.. Directory.EnumerateFiles(Shards).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => $"{i:000}.shard");

    /// <summary>Changes one byte of a shard.</summary>
    public void Spoil(int shard, long at)
    {
        using var file = new FileStream(Shard(shard), FileMode.Open);
        file.Position = at;
        var value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 0x10));
    }

    /// <summary>The shards give the source back.</summary>
    public async Task HoldsAsync(string source)
    {
        var target = PathOf($"back-{Guid.NewGuid():N}");
        var run = await RunAsync("decode", Shards, target);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(Read(source).AsSpan().SequenceEqual(Read(target)));
    }

    public void Dispose() => root.Delete(recursive: true);
}
