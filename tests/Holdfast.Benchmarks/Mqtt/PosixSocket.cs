using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Holdfast.Benchmarks.Mqtt;

/// <summary>
/// A TCP connection to this machine that never waits. The driver must cost less than the brokers it drives, so it calls send(2) and recv(2) itself.
/// </summary>
internal sealed partial class PosixSocket : IDisposable
{
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int Again = 11;
    private const short Readable = 1;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };

    private readonly int descriptor;

    public PosixSocket(int port)
    {
        socket.Connect(IPAddress.Loopback, port);
        descriptor = (int)socket.Handle;
    }

    /// <returns>Bytes; 0 where there are none now; −1 where the other side has closed.</returns>
    public int Receive(Span<byte> buffer)
    {
        var count = Receive(descriptor, buffer, (nuint)buffer.Length, DontWait);
        return count > 0 ? (int)count
            : count < 0 && Marshal.GetLastPInvokeError() == Again ? 0
            : -1;
    }

    /// <returns>Bytes taken; 0 where there is no room now.</returns>
    /// <exception cref="Win32Exception">The other side has closed.</exception>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        var count = Send(descriptor, bytes, (nuint)bytes.Length, DontWait | NoSignal);
        return count >= 0 ? (int)count
            : Marshal.GetLastPInvokeError() == Again ? 0
            : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Returns when one of them can be read, or after the time.</summary>
    public static void WaitReadable(ReadOnlySpan<PosixSocket> sockets, int milliseconds)
    {
        Span<PollEntry> entries = stackalloc PollEntry[sockets.Length];
        for (var i = 0; i < sockets.Length; i++)
        {
            entries[i] = new PollEntry { Descriptor = sockets[i].descriptor, Events = Readable };
        }

        _ = Poll(entries, (nuint)entries.Length, milliseconds);
    }

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int descriptor, Span<byte> buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int descriptor, ReadOnlySpan<byte> buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<PollEntry> entries, nuint count, int milliseconds);

    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
