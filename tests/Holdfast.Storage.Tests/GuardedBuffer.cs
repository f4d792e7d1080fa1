using System.Buffers;
using System.Runtime.InteropServices;

namespace Holdfast.Storage.Tests;

/// <summary>
/// Memory whose last byte is the last of its page, with an unreadable page behind and another before it: a kernel that touches one byte
/// outside ends the process.
/// </summary>
internal sealed unsafe partial class GuardedBuffer : MemoryManager<byte>
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* mapping;
    private readonly nuint mapped;

    /// <param name="length">In bytes, at least 1.</param>
    /// <param name="atEnd">Whether the buffer ends where its page ends, or begins where it begins.</param>
    public GuardedBuffer(int length, bool atEnd = true)
    {
        var page = (nuint)Environment.SystemPageSize;
        var inner = ((nuint)length + page - 1) / page * page;
        mapped = inner + (2 * page);
        mapping = MemoryMap(null, mapped, 0, PrivateAnonymous, -1, 0);
        if (mapping == (byte*)-1 || MemoryProtect(mapping + page, inner, ReadWrite) != 0)
        {
            throw new InvalidOperationException($"no guarded pages: errno {Marshal.GetLastPInvokeError()}");
        }

        Pointer = mapping + page + (atEnd ? inner - (nuint)length : 0);
        Length = length;
    }

    public byte* Pointer { get; }

    public int Length { get; }

    public Span<byte> Span => GetSpan();

    public override Span<byte> GetSpan() => new(Pointer, Length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(Pointer + elementIndex);

    public override void Unpin() { }

    protected override void Dispose(bool disposing) => _ = MemoryUnmap(mapping, mapped);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* MemoryMap(
        void* address,
        nuint length,
        int protection,
        int flags,
        int file,
        long offset
    );

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int MemoryProtect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MemoryUnmap(void* address, nuint length);
}
