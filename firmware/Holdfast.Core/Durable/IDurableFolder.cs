namespace Holdfast.Core;

/// <summary>
/// A folder whose writes can be made to survive a power cut. The one door through which the cores reach storage, so that
/// tests can cut the power, tear a tail, fill the disk or make it read-only. Thread-safe, for owners that have a file each: each call is one step.
/// </summary>
/// <remarks>Every member may throw <see cref="IOException"/> (disk full, read-only, broken); nothing is then acknowledged.</remarks>
public interface IDurableFolder
{
    /// <summary>The names of the files in the folder, in ordinal order.</summary>
    IReadOnlyList<string> List();

    bool Exists(string name);

    /// <summary>The length in bytes; 0 where the file is not there.</summary>
    long Length(string name);

    /// <summary>Reads into the buffer from an offset; returns the bytes read, 0 at the end of the file.</summary>
    int Read(string name, long offset, Span<byte> buffer);

    /// <summary>Adds to the end of a file, making it if needed. Not durable before <see cref="Flush"/>.</summary>
    void Append(string name, ReadOnlySpan<byte> bytes);

    /// <summary>Returns once the file's content, and its name in the folder, are on stable storage.</summary>
    void Flush(string name);

    /// <summary>Replaces a whole file at once and durably: after a crash it holds the old content or the new, never a mix.</summary>
    void Replace(string name, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts a file to a length, durably.</summary>
    void Truncate(string name, long length);

    void Delete(string name);
}
