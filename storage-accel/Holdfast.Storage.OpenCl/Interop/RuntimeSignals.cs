using System.Runtime.InteropServices;

namespace Holdfast.Storage.OpenCl.Interop;

/// <summary>
/// Keeps the signal handlers by which .NET turns a processor's fault into an exception. A driver may put its own in their place: after PoCL 3.1 has started,
/// a division by zero anywhere in the process ends it. What was there before is put back when this is disposed. One thread at a time, else a second
/// one would keep what the first one's driver has put there.
/// </summary>
internal readonly unsafe partial struct RuntimeSignals : IDisposable
{
    /// <summary>More than struct sigaction has on any Linux; its content is the C library's affair.</summary>
    private const int ActionSize = 256;

    // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV: one numbering on x86 and ARM.
    private static readonly int[] Faults = [4, 5, 6, 7, 8, 11];

    private static readonly Lock Gate = new();

    private readonly byte[]? actions;

    private RuntimeSignals(byte[] actions) => this.actions = actions;

    public static RuntimeSignals Keep()
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        Gate.Enter();
        var actions = new byte[ActionSize * Faults.Length];
        fixed (byte* first = actions)
        {
            for (var i = 0; i < Faults.Length; i++)
            {
                Invariant.Require(SignalAction(Faults[i], null, first + (i * ActionSize)) == 0, "faults have handlers");
            }
        }

        return new RuntimeSignals(actions);
    }

    public void Dispose()
    {
        if (actions is null)
        {
            return;
        }

        fixed (byte* first = actions)
        {
            for (var i = 0; i < Faults.Length; i++)
            {
                Invariant.Require(SignalAction(Faults[i], first + (i * ActionSize), null) == 0, "handlers return");
            }
        }

        Gate.Exit();
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SignalAction(int signal, byte* action, byte* before);
}
