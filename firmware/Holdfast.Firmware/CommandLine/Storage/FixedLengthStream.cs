namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// A file as long as it was when it was opened. An archive says the length of a file in front of it: one that grows meanwhile is cut, one that
/// shrinks ends the archive.
/// </summary>
internal sealed class FixedLengthStream(FileStream file, string path) : Stream
{
    private readonly long length = file.Length;
    private long position;

    public override bool CanRead => true;

    /// <summary>The archive wants to know the length, which it asks only of those that can.</summary>
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, length - position);
        return Count(wanted, wanted == 0 ? 0 : await file.ReadAsync(buffer[..wanted], cancellationToken));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var wanted = (int)Math.Min(count, length - position);
        return Count(wanted, file.Read(buffer, offset, wanted));
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Count(int wanted, int count)
    {
        position += count;
        return count > 0 || wanted == 0 ? count : throw new IOException($"{path} shrank while it was read");
    }
}
