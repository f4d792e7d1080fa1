using Holdfast.Testing;
using Xunit;

namespace Holdfast.Storage.OpenCl.Tests;

public sealed class OpenClDevicesTests
{
    [Fact]
    public void A_machine_without_a_loader_is_told_so()
    {
        var search = OpenClDevices.Find("/nowhere/libOpenCL.so.1");
        Assert.Equal(OpenClAvailability.NoLoader, search.Availability);
        Assert.Empty(search.Devices);
        Assert.Contains("There is no OpenCL loader: /nowhere/libOpenCL.so.1", search.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_no_loader_is_told_apart()
    {
        var search = OpenClDevices.Find("libc.so.6");
        Assert.Equal(OpenClAvailability.NoLoader, search.Availability);
        Assert.Contains("libc.so.6 is no loader of OpenCL 1.2", search.Finding, StringComparison.Ordinal);
        Assert.Contains("clGetPlatformIDs", search.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loader_without_drivers_is_told_apart()
    {
        Counterpart.RequireLibrary(OpenClDevices.DefaultLoader, Pocl.Packages);
        var empty = Directory.CreateTempSubdirectory("holdfast-opencl-");
        try
        {
            var printed = await ChildProcess.FindDevicesWithDriversOfAsync(empty.FullName);
            Assert.Equal(nameof(OpenClAvailability.NoPlatform), printed[0]);
            Assert.Contains("no driver for it", printed[1], StringComparison.Ordinal);
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_driver_that_cannot_be_loaded_is_as_none()
    {
        Counterpart.RequireLibrary(OpenClDevices.DefaultLoader, Pocl.Packages);
        var folder = Directory.CreateTempSubdirectory("holdfast-opencl-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "gone.icd"), "libgone.so.9\n");
            var printed = await ChildProcess.FindDevicesWithDriversOfAsync(folder.FullName);
            Assert.Equal(nameof(OpenClAvailability.NoPlatform), printed[0]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_device_is_described()
    {
        var search = Pocl.Search();
        var device = Pocl.Require();
        Assert.NotEmpty(device.Name);
        Assert.NotEmpty(device.Platform);
        Assert.NotEmpty(device.Driver);
        Assert.True(device.ComputeUnits > 0);
        Assert.True(device.Memory > 0);
        Assert.Contains($"{device} can be used.", search.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Drivers_do_not_take_away_the_exceptions_of_the_runtime()
    {
        Pocl.Require();
        var zero = int.Parse("0", provider: null);
        Assert.Throws<DivideByZeroException>(() => 1 / zero);
    }

    [Theory]
    [InlineData("OpenCL 1.2 CUDA", true)]
    [InlineData("OpenCL 2.0", true)]
    [InlineData("OpenCL 3.0 PoCL HSTR: x", true)]
    [InlineData("OpenCL 10.0", true)]
    [InlineData("OpenCL 1.1 Mesa", false)]
    [InlineData("OpenCL 1.0", false)]
    [InlineData("Vulkan 1.3", false)]
    [InlineData("", false)]
    public void Versions_are_compared_as_numbers(string version, bool suffices) =>
        Assert.Equal(suffices, DeviceDescription.IsAtLeast12(version));
}
