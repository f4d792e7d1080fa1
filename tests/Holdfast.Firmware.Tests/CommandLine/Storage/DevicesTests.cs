using System.Text.Json;
using Holdfast.Firmware.CommandLine;
using Holdfast.Storage.Kernels;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

public sealed class DevicesTests
{
    [Fact]
    public async Task The_kernel_in_use_is_named_and_what_OpenCL_found_or_lacks()
    {
        var run = await StorageBench.RunAsync(["devices"]);
        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            KernelSelector.Tier.ToString().ToLowerInvariant() + ", of scalar",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("OpenCL", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_read_the_same()
    {
        var run = await StorageBench.RunAsync(["devices", "--json"]);
        var document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(Environment.ProcessorCount, document.GetProperty("cores").GetInt32());
        Assert.Equal(KernelSelector.Supported.Count, document.GetProperty("kernels").GetArrayLength());
        Assert.NotEmpty(document.GetProperty("opencl").GetString()!);
        Assert.Equal(JsonValueKind.Array, document.GetProperty("devices").ValueKind);
    }
}
