using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Holdfast.Storage.OpenCl.Interop;

/// <summary>
/// The functions of OpenCL 1.2 that are used, under their own names and by their addresses. The loader is optional and comes from a path: bound by
/// name, a missing one would throw in the middle of work instead of being found out at the start.
/// </summary>
[SuppressMessage("Design", "CA1051", Justification = "A table of functions that read like the functions.")]
internal sealed unsafe class OpenClApi
{
    public readonly delegate* unmanaged<uint, nint*, uint*, int> GetPlatformIds;
    public readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> GetPlatformInfo;
    public readonly delegate* unmanaged<nint, ulong, uint, nint*, uint*, int> GetDeviceIds;
    public readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> GetDeviceInfo;
    public readonly delegate* unmanaged<nint*, uint, nint*, void*, void*, int*, nint> CreateContext;
    public readonly delegate* unmanaged<nint, int> ReleaseContext;
    public readonly delegate* unmanaged<nint, nint, ulong, int*, nint> CreateCommandQueue;
    public readonly delegate* unmanaged<nint, int> ReleaseCommandQueue;
    public readonly delegate* unmanaged<nint, uint, byte**, nuint*, int*, nint> CreateProgramWithSource;
    public readonly delegate* unmanaged<nint, uint, nint*, byte*, void*, void*, int> BuildProgram;
    public readonly delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, int> GetProgramBuildInfo;
    public readonly delegate* unmanaged<nint, int> ReleaseProgram;
    public readonly delegate* unmanaged<nint, byte*, int*, nint> CreateKernel;
    public readonly delegate* unmanaged<nint, uint, nuint, void*, int> SetKernelArg;
    public readonly delegate* unmanaged<nint, int> ReleaseKernel;
    public readonly delegate* unmanaged<nint, ulong, nuint, void*, int*, nint> CreateBuffer;
    public readonly delegate* unmanaged<nint, int> ReleaseMemObject;
    public readonly delegate* unmanaged<
        nint,
        nint,
        uint,
        nuint,
        nuint,
        void*,
        uint,
        nint*,
        nint*,
        int> EnqueueWriteBuffer;
    public readonly delegate* unmanaged<
        nint,
        nint,
        uint,
        nuint,
        nuint,
        void*,
        uint,
        nint*,
        nint*,
        int> EnqueueReadBuffer;
    public readonly delegate* unmanaged<
        nint,
        nint,
        uint,
        nuint*,
        nuint*,
        nuint*,
        uint,
        nint*,
        nint*,
        int> EnqueueKernel;
    public readonly delegate* unmanaged<uint, nint*, int> WaitForEvents;
    public readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> GetEventInfo;
    public readonly delegate* unmanaged<nint, int> ReleaseEvent;
    public readonly delegate* unmanaged<nint, int> Flush;
    public readonly delegate* unmanaged<nint, int> Finish;

    /// <param name="find">Gives a function's address.</param>
    /// <exception cref="EntryPointNotFoundException">As <paramref name="find"/> throws it for a function that is missing.</exception>
    public OpenClApi(Func<string, nint> find)
    {
        GetPlatformIds = (delegate* unmanaged<uint, nint*, uint*, int>)find("clGetPlatformIDs");
        GetPlatformInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)find("clGetPlatformInfo");
        GetDeviceIds = (delegate* unmanaged<nint, ulong, uint, nint*, uint*, int>)find("clGetDeviceIDs");
        GetDeviceInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)find("clGetDeviceInfo");
        CreateContext = (delegate* unmanaged<nint*, uint, nint*, void*, void*, int*, nint>)find("clCreateContext");
        ReleaseContext = (delegate* unmanaged<nint, int>)find("clReleaseContext");
        CreateCommandQueue = (delegate* unmanaged<nint, nint, ulong, int*, nint>)find("clCreateCommandQueue");
        ReleaseCommandQueue = (delegate* unmanaged<nint, int>)find("clReleaseCommandQueue");
        CreateProgramWithSource = (delegate* unmanaged<nint, uint, byte**, nuint*, int*, nint>)find(
            "clCreateProgramWithSource"
        );
        BuildProgram = (delegate* unmanaged<nint, uint, nint*, byte*, void*, void*, int>)find("clBuildProgram");
        GetProgramBuildInfo = (delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, int>)find(
            "clGetProgramBuildInfo"
        );
        ReleaseProgram = (delegate* unmanaged<nint, int>)find("clReleaseProgram");
        CreateKernel = (delegate* unmanaged<nint, byte*, int*, nint>)find("clCreateKernel");
        SetKernelArg = (delegate* unmanaged<nint, uint, nuint, void*, int>)find("clSetKernelArg");
        ReleaseKernel = (delegate* unmanaged<nint, int>)find("clReleaseKernel");
        CreateBuffer = (delegate* unmanaged<nint, ulong, nuint, void*, int*, nint>)find("clCreateBuffer");
        ReleaseMemObject = (delegate* unmanaged<nint, int>)find("clReleaseMemObject");
        EnqueueWriteBuffer = (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int>)find(
            "clEnqueueWriteBuffer"
        );
        EnqueueReadBuffer = (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int>)find(
            "clEnqueueReadBuffer"
        );
        EnqueueKernel = (delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint*, nint*, int>)find(
            "clEnqueueNDRangeKernel"
        );
        WaitForEvents = (delegate* unmanaged<uint, nint*, int>)find("clWaitForEvents");
        GetEventInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)find("clGetEventInfo");
        ReleaseEvent = (delegate* unmanaged<nint, int>)find("clReleaseEvent");
        Flush = (delegate* unmanaged<nint, int>)find("clFlush");
        Finish = (delegate* unmanaged<nint, int>)find("clFinish");
    }

    /// <summary>Loads the loader for as long as the process lives: drivers behind it keep threads that could not outlive it.</summary>
    /// <param name="problem">What is missing.</param>
    public static bool TryLoad(string loader, [NotNullWhen(true)] out OpenClApi? api, out OpenClSearch problem)
    {
        (api, problem) = (null, default!);
        if (!NativeLibrary.TryLoad(loader, out var library))
        {
            problem = OpenClSearch.Without(
                OpenClAvailability.NoLoader,
                $"There is no OpenCL loader: {loader} is not installed (Debian: ocl-icd-libopencl1)."
            );
            return false;
        }

        try
        {
            api = new OpenClApi(name => NativeLibrary.GetExport(library, name));
            return true;
        }
        catch (EntryPointNotFoundException missing)
        {
            problem = OpenClSearch.Without(
                OpenClAvailability.NoLoader,
                $"{loader} is no loader of OpenCL 1.2: {missing.Message}"
            );
            return false;
        }
    }
}
