namespace Holdfast.Testing;

/// <summary>
/// Storage in memory that can lose its power: what was not flushed is then gone, or half there. It can also run full or
/// turn read-only.
/// </summary>
public sealed class MemoryFolder : IDurableFolder
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, List<byte>> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> durable = new(StringComparer.Ordinal);

    /// <summary>The most bytes it holds; writing beyond throws as a full disk does.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    public bool ReadOnly { get; set; }

    /// <summary>Bytes written so far, for write amplification.</summary>
    public long BytesWritten { get; private set; }

    public IReadOnlyList<string> List()
    {
        lock (gate)
        {
            return [.. files.Keys];
        }
    }

    public bool Exists(string name)
    {
        lock (gate)
        {
            return files.ContainsKey(name);
        }
    }

    public long Length(string name)
    {
        lock (gate)
        {
            return files.TryGetValue(name, out var content) ? content.Count : 0;
        }
    }

    public int Read(string name, long offset, Span<byte> buffer)
    {
        lock (gate)
        {
            var content = Content(name);
            var count = (int)Math.Clamp(content.Count - offset, 0, buffer.Length);
            content.Slice((int)Math.Min(offset, content.Count), count).ToArray().CopyTo(buffer);
            return count;
        }
    }

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            RequireRoom(bytes.Length);
            if (!files.TryGetValue(name, out var content))
            {
                files[name] = content = [];
            }

            content.AddRange(bytes);
            BytesWritten += bytes.Length;
        }
    }

    public void Flush(string name)
    {
        lock (gate)
        {
            var length = Content(name).Count;
            if (length > durable.GetValueOrDefault(name))
            {
                RequireRoom(0);
            }

            durable[name] = length;
        }
    }

    public void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            RequireRoom(bytes.Length - Length(name));
            files[name] = [.. bytes];
            durable[name] = bytes.Length;
            BytesWritten += bytes.Length;
        }
    }

    public void Truncate(string name, long length)
    {
        lock (gate)
        {
            RequireWritable();
            var content = Content(name);
            content.RemoveRange((int)length, content.Count - (int)length);
            durable[name] = (int)length;
        }
    }

    public void Delete(string name)
    {
        lock (gate)
        {
            RequireWritable();
            files.Remove(name);
            durable.Remove(name);
        }
    }

    /// <summary>Cuts the power: of every file only what was flushed remains, and a random part of what was not.</summary>
    public void LosePower(SeededRandom random)
    {
        lock (gate)
        {
            foreach (var (name, content) in files.ToList())
            {
                var kept = durable.GetValueOrDefault(name);
                var torn = random.Next(content.Count - kept + 1);
                if (kept + torn == 0)
                {
                    files.Remove(name);
                    continue;
                }

                content.RemoveRange(kept + torn, content.Count - kept - torn);
                durable[name] = kept + torn;
            }
        }
    }

    /// <summary>Turns over one bit, as worn flash does.</summary>
    public void FlipBit(string name, int offset, int bit) => files[name][offset] ^= (byte)(1 << bit);

    private List<byte> Content(string name) =>
        files.TryGetValue(name, out var content) ? content : throw new FileNotFoundException("no such file", name);

    private void RequireWritable()
    {
        if (ReadOnly)
        {
            throw new IOException("Read-only file system");
        }
    }

    private void RequireRoom(long bytes)
    {
        RequireWritable();
        if (files.Values.Sum(f => (long)f.Count) + bytes > Capacity)
        {
            throw new IOException("No space left on device");
        }
    }
}
