using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.OpenCl.Interop;
using Xunit;

namespace Holdfast.Storage.OpenCl.Tests;

/// <summary>What comes of functions that fail. Also here, since <see cref="TamperedOpenCl"/> counts for one test at a time: that nothing leaks.</summary>
public sealed class FailingDriverTests
{
    private const int NoRoom = -4;

    private readonly ErasureCode code = ErasureCode.Create(4, 2);
    private readonly SeededRandom random = new(21);

    public FailingDriverTests() => Pocl.Require();

    [Theory]
    [InlineData("clCreateContext")]
    [InlineData("clCreateCommandQueue")]
    [InlineData("clCreateProgramWithSource")]
    [InlineData("clBuildProgram")]
    [InlineData("clCreateKernel")]
    [InlineData("clCreateBuffer")]
    [InlineData("clEnqueueWriteBuffer")]
    public void A_coder_that_cannot_be_made_says_which_function_failed_and_leaves_nothing(string function)
    {
        var device = DeviceOf(TamperedOpenCl.Failing(function, NoRoom));
        var failure = Assert.Throws<OpenClException>(() => new OpenClErasureCoder(code, device));
        Assert.Equal(function, failure.Function);
        Assert.Equal("CL_MEM_OBJECT_ALLOCATION_FAILURE", failure.CodeName);
        Assert.Contains(
            $"{function} failed with CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Theory]
    [InlineData("clSetKernelArg")]
    [InlineData("clEnqueueNDRangeKernel")]
    [InlineData("clEnqueueReadBuffer")]
    [InlineData("clWaitForEvents")]
    [InlineData("clFlush")]
    public void An_encoding_that_fails_says_where_and_leaves_nothing(string function)
    {
        using (var coder = new OpenClErasureCoder(code, DeviceOf(TamperedOpenCl.Failing(function, NoRoom))))
        {
            var shards = Stripes.Random(6, 1_000_000, random);
            var data = Stripes.Copy(shards.AsSpan(0, 4));
            Assert.Equal(function, Assert.Throws<OpenClException>(() => coder.Encode(shards)).Function);
            Assert.True(Stripes.Same(data, shards.AsSpan(0, 4)));
        }

        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Theory]
    [InlineData(OpenClCode.DeviceNotAvailable)]
    [InlineData(OpenClCode.OutOfResources)]
    [InlineData(OpenClCode.InvalidCommandQueue)]
    [InlineData(OpenClCode.IllegalAccess)]
    public void A_device_lost_while_it_works_is_told_apart(int status)
    {
        using (var coder = new OpenClErasureCoder(code, DeviceOf(TamperedOpenCl.FailingLater(status))))
        {
            var failure = Assert.Throws<OpenClException>(() => coder.Encode(Stripes.Random(6, 1000, random)));
            Assert.Equal(status, failure.Code);
            Assert.Equal("clEnqueueWriteBuffer", failure.Function);
            Assert.True(failure.IsDeviceLost);
        }

        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Fact]
    public void A_compiler_that_refuses_the_kernel_is_quoted()
    {
        var device = DeviceOf(TamperedOpenCl.Counting());
        var failure = Assert.Throws<OpenClException>(() =>
            new OpenClErasureCoder(
                code,
                device,
                OpenClErasureCoder.DeviceMemoryDefault,
                "__kernel void product() { nonsense; }"
            )
        );
        Assert.Equal("CL_BUILD_PROGRAM_FAILURE", failure.CodeName);
        Assert.Contains("nonsense", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Fact]
    public void Coders_that_come_and_go_leak_nothing()
    {
        var device = DeviceOf(TamperedOpenCl.Counting());
        for (var i = 0; i < 30; i++)
        {
            using var coder = new OpenClErasureCoder(code, device);
            var shards = Stripes.Random(6, 300_000, random);
            coder.Encode(shards);
            coder.Rebuild(code.PlanRebuild(0), shards);
            coder.Rebuild(code.PlanRebuild(1, 5), shards);
            Assert.True(code.Verify(shards).IsConsistent);
        }

        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Fact]
    public void Cancelling_stops_between_two_pieces_and_leaves_the_coder_usable()
    {
        using (var cancel = new CancellationTokenSource())
        {
            var pieces = 0;
            var api = TamperedOpenCl.BeforeKernel(() =>
            {
                if (++pieces == 5)
                {
                    cancel.Cancel();
                }
            });
            using var coder = new OpenClErasureCoder(code, DeviceOf(api), 3 * 6 * 4096);
            var shards = Stripes.Random(6, 100 * coder.PieceMax, random);
            Assert.Throws<OperationCanceledException>(() => coder.Encode(shards, cancel.Token));
            Assert.Equal(5, pieces);

            coder.Encode(shards);
            Assert.Equal(105, pieces);
            Assert.True(code.Verify(shards).IsConsistent);
        }

        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Fact]
    public void The_processor_repeats_what_a_failing_device_left_and_the_device_is_not_asked_again()
    {
        var kernels = 0;
        var working = DeviceOf(TamperedOpenCl.BeforeKernel(() => kernels++));
        using (var accelerator = new ErasureAccelerator(code, new OpenClErasureCoder(code, working), AlwaysTheDevice()))
        {
            Assert.Equal(ErasureEngine.OpenCl, accelerator.Encode(Stripes.Random(6, 100, random)));
            Assert.Equal(1, kernels);
        }

        var failing = DeviceOf(TamperedOpenCl.Failing("clEnqueueReadBuffer", OpenClCode.OutOfResources));
        using (var accelerator = new ErasureAccelerator(code, new OpenClErasureCoder(code, failing), AlwaysTheDevice()))
        {
            var shards = Stripes.Random(6, 1000, random);
            Assert.Equal(ErasureEngine.Cpu, accelerator.Encode(shards));
            Assert.True(code.Verify(shards).IsConsistent);
            Assert.Contains("clEnqueueReadBuffer", accelerator.Verdict.Summary, StringComparison.Ordinal);
            Assert.Contains("The processor does all", accelerator.Verdict.Summary, StringComparison.Ordinal);

            shards[2].Span.Clear();
            Assert.Equal(ErasureEngine.Cpu, accelerator.Rebuild(code.PlanRebuild(2), shards));
            Assert.True(code.Verify(shards).IsConsistent);
        }

        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Fact]
    public void A_device_that_fails_at_first_sight_is_not_used()
    {
        var search = OpenClDevices.Find(TamperedOpenCl.Failing("clBuildProgram", NoRoom));
        using var accelerator = ErasureAccelerator.Create(code, search, TimeProvider.System);
        Assert.False(accelerator.Verdict.UsesDevice);
        Assert.Contains("clBuildProgram failed", accelerator.Verdict.Summary, StringComparison.Ordinal);
        Assert.Equal(ErasureEngine.Cpu, accelerator.Encode(Stripes.Random(6, 100, random)));
        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Fact]
    public void A_cancelled_calibration_leaves_nothing()
    {
        var search = OpenClDevices.Find(TamperedOpenCl.Counting());
        Assert.Throws<OperationCanceledException>(() =>
            ErasureAccelerator.Create(code, search, TimeProvider.System, new CancellationToken(canceled: true))
        );
        Assert.Equal(0, TamperedOpenCl.Live);
    }

    [Theory]
    [InlineData("clGetPlatformIDs", -1001, OpenClAvailability.NoPlatform, "no driver")]
    [InlineData("clGetPlatformIDs", -6, OpenClAvailability.NoPlatform, "CL_OUT_OF_HOST_MEMORY")]
    [InlineData("clGetDeviceIDs", -1, OpenClAvailability.NoDevice, "has no device")]
    [InlineData("clGetDeviceIDs", -6, OpenClAvailability.NoDevice, "CL_OUT_OF_HOST_MEMORY")]
    [InlineData("clGetPlatformInfo", -30, OpenClAvailability.NoDevice, "CL_INVALID_VALUE")]
    [InlineData("clGetDeviceInfo", -33, OpenClAvailability.NoDevice, "CL_INVALID_DEVICE")]
    public void A_search_that_fails_is_an_answer(string function, int with, OpenClAvailability expected, string finding)
    {
        var search = OpenClDevices.Find(TamperedOpenCl.Failing(function, with));
        Assert.Equal(expected, search.Availability);
        Assert.Contains(finding, search.Finding, StringComparison.Ordinal);
    }

    private static OpenClDevice DeviceOf(OpenClApi api) =>
        OpenClDevices.Find(api).Devices.First(device => device.Unfit is null);

    private static AcceleratorVerdict AlwaysTheDevice() =>
        new("The device does all.", [], EncodeFrom: 1, RebuildFrom: 1);
}
