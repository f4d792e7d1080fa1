using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Storage.OpenCl.Interop;

namespace Holdfast.Storage.OpenCl.Tests;

/// <summary>
/// The installed OpenCL with some functions replaced: by ones that fail, so that a lost device can be had, or by ones that count what was created and not
/// released. For tests of one class, which run one after the other.
/// </summary>
internal static unsafe class TamperedOpenCl
{
    private static readonly Dictionary<string, nint> Failures = new()
    {
        ["clCreateContext"] = (nint)
            (delegate* unmanaged[Cdecl]<nint, uint, nint, nint, nint, int*, nint>)&FailToCreateContext,
        ["clCreateCommandQueue"] = (nint)(delegate* unmanaged[Cdecl]<nint, nint, ulong, int*, nint>)&FailToCreateQueue,
        ["clCreateProgramWithSource"] = (nint)
            (delegate* unmanaged[Cdecl]<nint, uint, nint, nint, int*, nint>)&FailToCreateProgram,
        ["clCreateKernel"] = (nint)(delegate* unmanaged[Cdecl]<nint, nint, int*, nint>)&FailToCreateKernel,
        ["clCreateBuffer"] = (nint)
            (delegate* unmanaged[Cdecl]<nint, ulong, nuint, nint, int*, nint>)&FailToCreateBuffer,
    };

    private static int live;
    private static int code;
    private static Func<string, nint> real = _ => 0;
    private static Action beforeKernel = () => { };

    /// <summary>Objects that were created and not released.</summary>
    public static int Live => Volatile.Read(ref live);

    /// <summary>As installed, and counting.</summary>
    public static OpenClApi Counting() => Counting([]);

    /// <summary>Counting, with a function that does nothing and returns this code.</summary>
    public static OpenClApi Failing(string function, int with)
    {
        code = with;
        // Calls of C functions with more arguments than the called one reads are harmless in the calling conventions of Linux.
        return Counting(
            new()
            {
                [function] = Failures.TryGetValue(function, out var create)
                    ? create
                    : (nint)(delegate* unmanaged[Cdecl]<int>)&Fail,
            }
        );
    }

    /// <summary>Counting, with commands that fail after they were accepted.</summary>
    public static OpenClApi FailingLater(int with)
    {
        code = with;
        return Counting(
            new()
            {
                ["clWaitForEvents"] = (nint)(delegate* unmanaged[Cdecl]<uint, nint*, int>)&WaitForFailed,
                ["clGetEventInfo"] = (nint)
                    (delegate* unmanaged[Cdecl]<nint, uint, nuint, int*, nint, int>)&StatusFailed,
            }
        );
    }

    /// <summary>Counting, with something that happens before each kernel.</summary>
    public static OpenClApi BeforeKernel(Action what)
    {
        var api = Counting();
        beforeKernel = what;
        return api;
    }

    private static OpenClApi Counting(Dictionary<string, nint> replaced)
    {
        var library = NativeLibrary.Load(OpenClDevices.DefaultLoader);
        real = name => NativeLibrary.GetExport(library, name);
        beforeKernel = () => { };
        Volatile.Write(ref live, 0);
        var counted = CountedFunctions();
        return new OpenClApi(name =>
            replaced.TryGetValue(name, out var ours) || counted.TryGetValue(name, out ours) ? ours : real(name)
        );
    }

    private static Dictionary<string, nint> CountedFunctions() =>
        new()
        {
            ["clCreateContext"] = (nint)
                (delegate* unmanaged[Cdecl]<nint, uint, nint, nint, nint, int*, nint>)&CreateContext,
            ["clCreateCommandQueue"] = (nint)(delegate* unmanaged[Cdecl]<nint, nint, ulong, int*, nint>)&CreateQueue,
            ["clCreateProgramWithSource"] = (nint)
                (delegate* unmanaged[Cdecl]<nint, uint, nint, nint, int*, nint>)&CreateProgram,
            ["clCreateKernel"] = (nint)(delegate* unmanaged[Cdecl]<nint, nint, int*, nint>)&CreateKernel,
            ["clCreateBuffer"] = (nint)(delegate* unmanaged[Cdecl]<nint, ulong, nuint, nint, int*, nint>)&CreateBuffer,
            ["clEnqueueWriteBuffer"] = (nint)
                (delegate* unmanaged[Cdecl]<nint, nint, uint, nuint, nuint, nint, uint, nint, nint*, int>)&Write,
            ["clEnqueueReadBuffer"] = (nint)
                (delegate* unmanaged[Cdecl]<nint, nint, uint, nuint, nuint, nint, uint, nint, nint*, int>)&Read,
            ["clEnqueueNDRangeKernel"] = (nint)
                (delegate* unmanaged[Cdecl]<nint, nint, uint, nint, nint, nint, uint, nint, nint*, int>)&Kernel,
            ["clReleaseContext"] = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&ReleaseContext,
            ["clReleaseCommandQueue"] = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&ReleaseQueue,
            ["clReleaseProgram"] = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&ReleaseProgram,
            ["clReleaseKernel"] = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&ReleaseKernel,
            ["clReleaseMemObject"] = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&ReleaseBuffer,
            ["clReleaseEvent"] = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&ReleaseEvent,
        };

    private static nint Created(nint handle)
    {
        if (handle != 0)
        {
            Interlocked.Increment(ref live);
        }

        return handle;
    }

    private static int Enqueued(int result, nint* done)
    {
        if (done != null && result == 0)
        {
            Interlocked.Increment(ref live);
        }

        return result;
    }

    private static int Released(string function, nint handle)
    {
        Interlocked.Decrement(ref live);
        return ((delegate* unmanaged<nint, int>)real(function))(handle);
    }

    private static nint Failed(int* result)
    {
        *result = code;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Fail() => code;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint FailToCreateContext(nint a, uint b, nint c, nint d, nint e, int* result) => Failed(result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint FailToCreateQueue(nint a, nint b, ulong c, int* result) => Failed(result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint FailToCreateProgram(nint a, uint b, nint c, nint d, int* result) => Failed(result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint FailToCreateKernel(nint a, nint b, int* result) => Failed(result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint FailToCreateBuffer(nint a, ulong b, nuint c, nint d, int* result) => Failed(result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int WaitForFailed(uint count, nint* events)
    {
        // The driver itself sees nothing wrong: the memory must not be let go before it is done.
        _ = ((delegate* unmanaged<uint, nint*, int>)real("clWaitForEvents"))(count, events);
        return OpenClCode.ExecutionFailedInWaitList;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int StatusFailed(nint command, uint what, nuint size, int* status, nint needed)
    {
        *status = code;
        return OpenClCode.Success;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CreateContext(nint a, uint b, nint c, nint d, nint e, int* result) =>
        Created(
            ((delegate* unmanaged<nint, uint, nint, nint, nint, int*, nint>)real("clCreateContext"))(
                a,
                b,
                c,
                d,
                e,
                result
            )
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CreateQueue(nint a, nint b, ulong c, int* result) =>
        Created(((delegate* unmanaged<nint, nint, ulong, int*, nint>)real("clCreateCommandQueue"))(a, b, c, result));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CreateProgram(nint a, uint b, nint c, nint d, int* result) =>
        Created(
            ((delegate* unmanaged<nint, uint, nint, nint, int*, nint>)real("clCreateProgramWithSource"))(
                a,
                b,
                c,
                d,
                result
            )
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CreateKernel(nint a, nint b, int* result) =>
        Created(((delegate* unmanaged<nint, nint, int*, nint>)real("clCreateKernel"))(a, b, result));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CreateBuffer(nint a, ulong b, nuint c, nint d, int* result) =>
        Created(
            ((delegate* unmanaged<nint, ulong, nuint, nint, int*, nint>)real("clCreateBuffer"))(a, b, c, d, result)
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint a, nint b, uint c, nuint d, nuint e, nint f, uint g, nint h, nint* done) =>
        Enqueued(Copy("clEnqueueWriteBuffer")(a, b, c, d, e, f, g, h, done), done);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint a, nint b, uint c, nuint d, nuint e, nint f, uint g, nint h, nint* done) =>
        Enqueued(Copy("clEnqueueReadBuffer")(a, b, c, d, e, f, g, h, done), done);

    private static delegate* unmanaged<nint, nint, uint, nuint, nuint, nint, uint, nint, nint*, int> Copy(
        string name
    ) => (delegate* unmanaged<nint, nint, uint, nuint, nuint, nint, uint, nint, nint*, int>)real(name);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Kernel(nint a, nint b, uint c, nint d, nint e, nint f, uint g, nint h, nint* done)
    {
        beforeKernel();
        var enqueue = (delegate* unmanaged<nint, nint, uint, nint, nint, nint, uint, nint, nint*, int>)real(
            "clEnqueueNDRangeKernel"
        );
        return Enqueued(enqueue(a, b, c, d, e, f, g, h, done), done);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReleaseContext(nint handle) => Released("clReleaseContext", handle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReleaseQueue(nint handle) => Released("clReleaseCommandQueue", handle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReleaseProgram(nint handle) => Released("clReleaseProgram", handle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReleaseKernel(nint handle) => Released("clReleaseKernel", handle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReleaseBuffer(nint handle) => Released("clReleaseMemObject", handle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReleaseEvent(nint handle) => Released("clReleaseEvent", handle);
}
