using Holdfast.Testing;

namespace Holdfast.Rack.Tests.Inventory;

/// <summary>A folder whose power goes away just before its n-th write; what was written until then stays.</summary>
internal sealed class FailingFolder(MemoryFolder inner, int writesLeft) : IDurableFolder
{
    private int left = writesLeft;

    public bool Failed => left < 0;

    public IReadOnlyList<string> List() => inner.List();

    public bool Exists(string name) => inner.Exists(name);

    public long Length(string name) => inner.Length(name);

    public int Read(string name, long offset, Span<byte> buffer) => inner.Read(name, offset, buffer);

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        Spend();
        inner.Append(name, bytes);
    }

    public void Flush(string name)
    {
        Spend();
        inner.Flush(name);
    }

    public void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        Spend();
        inner.Replace(name, bytes);
    }

    public void Truncate(string name, long length)
    {
        Spend();
        inner.Truncate(name, length);
    }

    public void Delete(string name)
    {
        Spend();
        inner.Delete(name);
    }

    private void Spend()
    {
        if (--left < 0)
        {
            throw new IOException("the power is gone");
        }
    }
}
