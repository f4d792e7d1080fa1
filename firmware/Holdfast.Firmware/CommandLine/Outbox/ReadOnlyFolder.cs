namespace Holdfast.Firmware.CommandLine.Outbox;

/// <summary>A folder that belongs to somebody else, perhaps a running rack: it is looked at and left as it is.</summary>
internal sealed class ReadOnlyFolder(string path) : IDurableFolder
{
    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public bool Exists(string name) => File.Exists(PathOf(name));

    public long Length(string name) => Exists(name) ? new FileInfo(PathOf(name)).Length : 0;

    public int Read(string name, long offset, Span<byte> buffer)
    {
        using var file = File.OpenHandle(
            PathOf(name),
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(file, buffer[total..], offset + total) is > 0 and var count)
        {
            total += count;
        }

        return total;
    }

    public void Append(string name, ReadOnlySpan<byte> bytes) => throw Refusal();

    public void Flush(string name) => throw Refusal();

    public void Replace(string name, ReadOnlySpan<byte> bytes) => throw Refusal();

    public void Truncate(string name, long length) => throw Refusal();

    public void Delete(string name) => throw Refusal();

    private string PathOf(string name) => Path.Combine(path, name);

    private IOException Refusal() => new($"{path} is only looked at");
}
