using System.Runtime.InteropServices;

namespace Holdfast.Storage.OpenCl.Interop;

/// <summary>One object of OpenCL's, released once, also when it is forgotten.</summary>
internal sealed unsafe class OpenClHandle : SafeHandle
{
    private readonly delegate* unmanaged<nint, int> release;

    /// <summary>What a create function returned.</summary>
    /// <param name="code">Its error code.</param>
    /// <exception cref="OpenClException">It failed.</exception>
    public OpenClHandle(nint created, int code, string function, delegate* unmanaged<nint, int> release)
        : base(0, ownsHandle: true)
    {
        OpenClException.Check(code, function);
        this.release = release;
        SetHandle(created);
    }

    /// <summary>Valid while this object is referenced and not disposed.</summary>
    public nint Value => handle;

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => release(handle) == OpenClCode.Success;
}
