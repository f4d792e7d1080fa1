using System.Text;
using Holdfast.Storage.OpenCl.Interop;

namespace Holdfast.Storage.OpenCl.Pipeline;

/// <summary>The kernel, compiled for the device by its driver: once for each number of rows that is needed.</summary>
internal sealed unsafe class ProductProgram(OpenClDevice device, OpenClHandle context, string source) : IDisposable
{
    /// <summary>Work items that run together: two of NVIDIA's warps, one of AMD's wavefronts.</summary>
    public const int GroupSize = 64;

    /// <summary>In one pass over the sources. The sums stay in registers, and the masks of 254 sources in the 64 KiB that every device has for constants.</summary>
    public const int RowsMax = 8;

    /// <summary>What people can use of a compiler's messages.</summary>
    private const int LogMax = 4096;

    private readonly OpenClApi api = device.Api;
    private readonly OwnedHandles owned = new();
    private readonly OpenClHandle?[] kernels = new OpenClHandle?[RowsMax + 1];

    /// <summary>In 32-bit integers: processors get their whole vector, GPUs 16 bytes a work item.</summary>
    private int WordIntegers => device.PreferredIntegers >= 8 ? 16 : 4;

    public int WordBytes => WordIntegers * sizeof(uint);

    /// <summary>In bytes of a shard: what a work group does.</summary>
    public int Unit => WordBytes * GroupSize;

    /// <summary>Our own kernel's text.</summary>
    public static string OwnSource()
    {
        using var stream = typeof(ProductProgram).Assembly.GetManifestResourceStream("product.cl");
        Invariant.Require(stream is not null, "the kernel is part of this assembly");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return reader.ReadToEnd();
    }

    /// <param name="rows">1 to <see cref="RowsMax"/>.</param>
    /// <exception cref="OpenClException">The driver's compiler refuses the kernel; the message has what it says.</exception>
    public OpenClHandle KernelFor(int rows) => kernels[rows] ??= Build(rows);

    public void Dispose() => owned.Dispose();

    private OpenClHandle Build(int rows)
    {
        using var signals = RuntimeSignals.Keep();
        var program = owned.Add(Create());
        var options = $"-cl-std=CL1.2 -D ROWS={rows} -D WORD=uint{WordIntegers} -D GROUP={GroupSize}\0";
        var id = device.Id;
        int code;
        fixed (byte* text = Encoding.ASCII.GetBytes(options))
        {
            code = api.BuildProgram(program.Value, 1, &id, text, null, null);
        }

        if (code != OpenClCode.Success)
        {
            throw new OpenClException("clBuildProgram", code, $"on {device}: {Log(program)}");
        }

        fixed (byte* name = "product\0"u8)
        {
            var kernel = api.CreateKernel(program.Value, name, &code);
            return owned.Add(new OpenClHandle(kernel, code, "clCreateKernel", api.ReleaseKernel));
        }
    }

    private OpenClHandle Create()
    {
        fixed (byte* text = Encoding.ASCII.GetBytes(source))
        {
            var first = text;
            var length = (nuint)source.Length;
            int code;
            var program = api.CreateProgramWithSource(context.Value, 1, &first, &length, &code);
            return new OpenClHandle(program, code, "clCreateProgramWithSource", api.ReleaseProgram);
        }
    }

    /// <summary>The build failed already: that there are no messages is no further failure.</summary>
    private string Log(OpenClHandle program)
    {
        nuint size = 0;
        if (
            api.GetProgramBuildInfo(program.Value, device.Id, OpenClFlag.BuildLog, 0, null, &size) != OpenClCode.Success
            || size is 0 or > 1 << 20
        )
        {
            return "its compiler gives no reason";
        }

        var log = new byte[size];
        fixed (byte* text = log)
        {
            return
                api.GetProgramBuildInfo(program.Value, device.Id, OpenClFlag.BuildLog, size, text, null)
                == OpenClCode.Success
                ? Encoding.UTF8.GetString(log, 0, Math.Min(log.Length, LogMax)).TrimEnd('\0').Trim()
                : "its compiler gives no reason";
        }
    }
}
