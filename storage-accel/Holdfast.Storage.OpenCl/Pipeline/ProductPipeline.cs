using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.OpenCl.Interop;

namespace Holdfast.Storage.OpenCl.Pipeline;

/// <summary>
/// Products of matrices with shards on one device. Three queues, for copies in, computing and copies out, run side by side; events
/// keep a piece's three steps in order, and the host starts a piece only when its slot is free. For one thread at a time.
/// </summary>
internal sealed unsafe class ProductPipeline : IDisposable
{
    private readonly OpenClApi api;
    private readonly OwnedHandles owned = new();
    private readonly OpenClHandle context;
    private readonly OpenClHandle copyIn;
    private readonly OpenClHandle compute;
    private readonly OpenClHandle copyOut;
    private readonly ProductProgram program;
    private readonly PieceLayout layout;
    private readonly PieceSlot[] slots = new PieceSlot[PieceLayout.Slots];

    /// <exception cref="ArgumentOutOfRangeException">The memory granted is too little for so many shards.</exception>
    /// <exception cref="OpenClException">The device cannot be opened, has no room, or its compiler refuses the kernel.</exception>
    public ProductPipeline(OpenClDevice device, int dataShards, int parityShards, long deviceMemory, string source)
    {
        api = device.Api;
        using var signals = RuntimeSignals.Keep();
        try
        {
            context = owned.Add(Open(device));
            copyIn = owned.Add(Queue(device));
            compute = owned.Add(Queue(device));
            copyOut = owned.Add(Queue(device));
            program = owned.Add(new ProductProgram(device, context, source));
            layout = PieceLayout.For(
                dataShards,
                parityShards,
                program.Unit,
                Math.Min(deviceMemory, device.Memory),
                device.AllocationMax
            );
            for (var i = 0; i < slots.Length; i++)
            {
                slots[i] = new PieceSlot(
                    api,
                    owned.Add(Buffer(OpenClFlag.MemoryReadOnly, dataShards)),
                    owned.Add(Buffer(OpenClFlag.MemoryWriteOnly, parityShards))
                );
            }

            // What is needed for any encoding is built now, so that a refusal comes before the first stripe.
            program.KernelFor(Math.Min(parityShards, ProductProgram.RowsMax));
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>Bytes on the device.</summary>
    public PieceLayout Layout => layout;

    public DeviceMatrix Upload(GaloisMatrix matrix) => new(api, context, copyIn, matrix);

    /// <summary>outputs = matrix · sources.</summary>
    /// <param name="shards">The addresses of the matrix's sources, then of its outputs; they stay valid until this returns.</param>
    /// <exception cref="OpenClException">A call or a command failed; some output may be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two pieces; some output may be written.</exception>
    public void Run(DeviceMatrix matrix, byte** shards, int length, CancellationToken cancel)
    {
        var piece = layout.PieceFor(length);
        try
        {
            PieceSlot? before = null;
            var next = 0;
            for (var from = 0L; from < length; from += piece)
            {
                cancel.ThrowIfCancellationRequested();
                var slot = slots[next];
                slot.Wait();
                (slot.From, slot.Length) = ((nint)from, (int)Math.Min(piece, length - from));
                Start(slot, matrix, shards);

                // Some drivers make the host wait in a copy. It waits for a result only when the device has the next piece to do.
                CopyOut(before, matrix, shards);
                before = slot;
                next = (next + 1) % slots.Length;
            }

            CopyOut(before, matrix, shards);
            foreach (var slot in slots)
            {
                slot.Wait();
            }
        }
        catch
        {
            Drain();
            throw;
        }
    }

    /// <summary>The computing alone, on whatever the first slot holds: what a device would do if copies cost nothing.</summary>
    /// <param name="length">Of a shard, in bytes, up to one piece.</param>
    public void ComputeOnly(DeviceMatrix matrix, int length, int times)
    {
        for (var i = 0; i < times; i++)
        {
            StartProduct(slots[0], matrix, layout.Whole(length), default, null);
        }

        OpenClException.Check(api.Finish(compute.Value), "clFinish");
    }

    public void Dispose()
    {
        Drain();
        owned.Dispose();
    }

    private void Start(PieceSlot slot, DeviceMatrix matrix, byte** shards)
    {
        var pitch = layout.Whole(slot.Length);
        for (var i = 0; i < matrix.Sources; i++)
        {
            nint done = 0;
            var code = api.EnqueueWriteBuffer(
                copyIn.Value,
                slot.Sources.Value,
                OpenClFlag.NonBlocking,
                (nuint)i * (nuint)pitch,
                (nuint)slot.Length,
                shards[i] + slot.From,
                0,
                null,
                i == matrix.Sources - 1 ? &done : null
            );
            OpenClException.Check(code, "clEnqueueWriteBuffer");
            slot.CopiedIn = done;
        }

        OpenClException.Check(api.Flush(copyIn.Value), "clFlush");
        nint computed = 0;
        StartProduct(slot, matrix, pitch, slot.CopiedIn, &computed);
        slot.Computed = computed;
        OpenClException.Check(api.Flush(compute.Value), "clFlush");
    }

    private void CopyOut(PieceSlot? slot, DeviceMatrix matrix, byte** shards)
    {
        if (slot is null)
        {
            return;
        }

        var computed = slot.Computed;
        var pitch = layout.Whole(slot.Length);
        for (var i = 0; i < matrix.Rows; i++)
        {
            nint done = 0;
            var code = api.EnqueueReadBuffer(
                copyOut.Value,
                slot.Outputs.Value,
                OpenClFlag.NonBlocking,
                (nuint)i * (nuint)pitch,
                (nuint)slot.Length,
                shards[matrix.Sources + i] + slot.From,
                i == 0 ? 1u : 0u,
                i == 0 ? &computed : null,
                i == matrix.Rows - 1 ? &done : null
            );
            OpenClException.Check(code, "clEnqueueReadBuffer");
            slot.CopiedOut = done;
        }

        OpenClException.Check(api.Flush(copyOut.Value), "clFlush");
    }

    /// <param name="after">The event to wait for; 0: none.</param>
    /// <param name="done">Where the event goes; null: none is wanted.</param>
    private void StartProduct(PieceSlot slot, DeviceMatrix matrix, int pitch, nint after, nint* done)
    {
        var columns = (nuint)(pitch / program.WordBytes);
        nuint group = ProductProgram.GroupSize;
        for (var i = 0; i < matrix.Groups.Count; i++)
        {
            var rows = matrix.Groups[i];
            var kernel = program.KernelFor(rows.Count).Value;
            SetArgument(kernel, 0, slot.Sources.Value);
            SetArgument(kernel, 1, slot.Outputs.Value);
            SetArgument(kernel, 2, rows.Masks.Value);
            SetArgument(kernel, 3, (uint)matrix.Sources);
            SetArgument(kernel, 4, (uint)rows.First);
            SetArgument(kernel, 5, (uint)columns);
            var waits = i == 0 && after != 0;
            var code = api.EnqueueKernel(
                compute.Value,
                kernel,
                1,
                null,
                &columns,
                &group,
                waits ? 1u : 0u,
                waits ? &after : null,
                i == matrix.Groups.Count - 1 ? done : null
            );
            OpenClException.Check(code, "clEnqueueNDRangeKernel");
        }
    }

    private void SetArgument<T>(nint kernel, uint index, T value)
        where T : unmanaged =>
        OpenClException.Check(api.SetKernelArg(kernel, index, (nuint)sizeof(T), &value), "clSetKernelArg");

    /// <summary>
    /// Until no command touches the caller's memory any more. A device that is lost has ended its commands, and cannot say more.
    /// </summary>
    private void Drain()
    {
        foreach (var queue in (ReadOnlySpan<OpenClHandle>)[copyIn, compute, copyOut])
        {
            _ = api.Finish(queue.Value);
        }

        foreach (var slot in slots)
        {
            slot.Forget();
        }
    }

    private OpenClHandle Open(OpenClDevice device)
    {
        // CL_CONTEXT_PLATFORM, the platform, the end.
        const nint ContextPlatform = 0x1084;
        var properties = stackalloc nint[] { ContextPlatform, device.PlatformId, 0 };
        var id = device.Id;
        int code;
        var created = api.CreateContext(properties, 1, &id, null, null, &code);
        return new OpenClHandle(created, code, "clCreateContext", api.ReleaseContext);
    }

    private OpenClHandle Queue(OpenClDevice device)
    {
        int code;
        var created = api.CreateCommandQueue(context.Value, device.Id, 0, &code);
        return new OpenClHandle(created, code, "clCreateCommandQueue", api.ReleaseCommandQueue);
    }

    private OpenClHandle Buffer(ulong use, int shards)
    {
        int code;
        var created = api.CreateBuffer(context.Value, use, (nuint)shards * (nuint)layout.PieceMax, null, &code);
        return new OpenClHandle(created, code, "clCreateBuffer", api.ReleaseMemObject);
    }
}
