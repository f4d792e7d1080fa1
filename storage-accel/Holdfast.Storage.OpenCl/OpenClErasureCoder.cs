using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.OpenCl.Pipeline;

namespace Holdfast.Storage.OpenCl;

/// <summary>
/// <para>
/// Encodes and rebuilds on an OpenCL device what <see cref="ErasureCode"/> does on the processor, byte for byte. Shards of any length go through in pieces: three
/// pieces of each shard are on the device at a time, one being copied in, one being computed, one being copied out.
/// </para>
/// <para>
/// Safe to share: callers take turns. An <see cref="OpenClException"/> leaves the shards that are read as they were, so that the caller can let the
/// processor do the same work.
/// </para>
/// </summary>
public sealed unsafe class OpenClErasureCoder : IDisposable
{
    /// <summary>In bytes.</summary>
    public const long DeviceMemoryDefault = 64L << 20;

    private readonly ErasureCode code;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ProductPipeline pipeline;
    private readonly DeviceMatrix encoding;
    private (RebuildPlan Plan, DeviceMatrix Matrix)? rebuilding;
    private bool disposed;

    /// <param name="device">One that is not <see cref="OpenClDevice.Unfit"/>.</param>
    /// <param name="deviceMemory">What pieces of shards take on the device at most, in bytes.</param>
    /// <exception cref="ArgumentException">The device is unfit.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviceMemory"/> is too little for so many shards: 12 KiB for each always suffice.</exception>
    /// <exception cref="OpenClException">The device cannot be opened, has no room, or its compiler refuses the kernel.</exception>
    public OpenClErasureCoder(ErasureCode code, OpenClDevice device, long deviceMemory = DeviceMemoryDefault)
        : this(code, device, deviceMemory, ProductProgram.OwnSource()) { }

    internal OpenClErasureCoder(ErasureCode code, OpenClDevice device, long deviceMemory, string source)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(device);
        if (device.Unfit is { } reason)
        {
            throw new ArgumentException($"{device} cannot be used: {reason}.", nameof(device));
        }

        (this.code, Device) = (code, device);
        pipeline = new ProductPipeline(device, code.DataShards, code.ParityShards, deviceMemory, source);
        try
        {
            encoding = pipeline.Upload(code.ParityMatrix);
        }
        catch
        {
            pipeline.Dispose();
            throw;
        }
    }

    public OpenClDevice Device { get; }

    /// <summary>How much of a shard is copied and computed at a time at most, in bytes.</summary>
    public int PieceMax => pipeline.Layout.PieceMax;

    /// <summary>Computes the parity shards from the data shards.</summary>
    /// <param name="shards">k data shards, which are read, then m parity shards, which are written.</param>
    /// <exception cref="ArgumentException">Their number is not k + m, their lengths differ or are 0, or a parity shard overlaps another shard.</exception>
    /// <exception cref="OpenClException">The device failed; some of the parity may be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two pieces; some of the parity may be written.</exception>
    public void Encode(ReadOnlySpan<Memory<byte>> shards, CancellationToken cancel = default)
    {
        code.CheckStripe(shards);
        using var mine = TakeTurn(cancel);
        Run(encoding, PinnedShards.AsReadOnly(shards), cancel);
    }

    /// <summary>Computes the parity shards of a stripe from its data shards.</summary>
    /// <exception cref="ArgumentException">The stripe has not k + m shards.</exception>
    /// <inheritdoc cref="Encode(ReadOnlySpan{Memory{byte}}, CancellationToken)"/>
    public void Encode(Stripe stripe, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stripe);
        ErasureCode.CheckNumber(stripe.Count, code.TotalShards, nameof(stripe));
        using var mine = TakeTurn(cancel);
        Run(encoding, stripe, [.. Enumerable.Range(0, code.TotalShards)], cancel);
    }

    /// <summary>Writes the lost shards.</summary>
    /// <param name="plan">Of this coder's code.</param>
    /// <param name="shards">The k + m shards in their order, as for <see cref="RebuildPlan.Rebuild(ReadOnlySpan{Memory{byte}}, DataLocality)"/>.</param>
    /// <exception cref="ArgumentException">
    /// The plan is another code's, the shards' number is not k + m, lengths differ or are 0, or a lost shard's memory overlaps another's; nothing was written.
    /// </exception>
    /// <exception cref="OpenClException">The device failed; some of the lost shards may be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two pieces; some of the lost shards may be written.</exception>
    public void Rebuild(RebuildPlan plan, ReadOnlySpan<Memory<byte>> shards, CancellationToken cancel = default)
    {
        CheckPlan(plan);
        plan.CheckStripe(shards);
        var ordered = new ReadOnlyMemory<byte>[plan.Order.Length];
        for (var i = 0; i < ordered.Length; i++)
        {
            ordered[i] = shards[plan.Order[i]];
        }

        using var mine = TakeTurn(cancel);
        Run(MatrixOf(plan), ordered, cancel);
    }

    /// <summary>Writes the lost shards of a stripe.</summary>
    /// <param name="plan">Of this coder's code.</param>
    /// <exception cref="ArgumentException">The plan is another code's, or the stripe has not k + m shards.</exception>
    /// <inheritdoc cref="Rebuild(RebuildPlan, ReadOnlySpan{Memory{byte}}, CancellationToken)"/>
    public void Rebuild(RebuildPlan plan, Stripe stripe, CancellationToken cancel = default)
    {
        CheckPlan(plan);
        ArgumentNullException.ThrowIfNull(stripe);
        ErasureCode.CheckNumber(stripe.Count, code.TotalShards, nameof(stripe));
        using var mine = TakeTurn(cancel);
        Run(MatrixOf(plan), stripe, plan.Order, cancel);
    }

    /// <summary>Waits for the call that is under way, then gives the device back.</summary>
    public void Dispose()
    {
        turn.Wait();
        try
        {
            if (!disposed)
            {
                disposed = true;
                rebuilding?.Matrix.Dispose();
                encoding.Dispose();
                pipeline.Dispose();
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Encodes what is on the device already, to tell its speed from that of the copies.</summary>
    /// <param name="length">Of a shard, in bytes, up to <see cref="PieceMax"/>.</param>
    internal void ComputeOnly(int length, int times)
    {
        using var mine = TakeTurn(CancellationToken.None);
        pipeline.ComputeOnly(encoding, length, times);
    }

    private void CheckPlan(RebuildPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!ReferenceEquals(plan.Code, code))
        {
            throw new ArgumentException("The plan was made by another code than this coder's.", nameof(plan));
        }
    }

    /// <summary>A loss is mostly the same for many stripes: its matrix stays on the device until another one comes.</summary>
    private DeviceMatrix MatrixOf(RebuildPlan plan)
    {
        if (rebuilding is not { } current || !ReferenceEquals(current.Plan, plan))
        {
            var matrix = pipeline.Upload(plan.Rows);
            rebuilding?.Matrix.Dispose();
            rebuilding = (plan, matrix);
            return matrix;
        }

        return current.Matrix;
    }

    private void Run(DeviceMatrix matrix, Stripe stripe, ReadOnlySpan<int> order, CancellationToken cancel)
    {
        var addresses = stackalloc byte*[PinnedShards.Max];
        for (var i = 0; i < order.Length; i++)
        {
            addresses[i] = (byte*)stripe.AddressOf(order[i]);
        }

        pipeline.Run(matrix, addresses, stripe.ShardLength, cancel);
        GC.KeepAlive(stripe);
    }

    private void Run(DeviceMatrix matrix, ReadOnlySpan<ReadOnlyMemory<byte>> ordered, CancellationToken cancel)
    {
        var work = new PinnedProduct(pipeline, matrix, ordered[0].Length, cancel);
        PinnedShards.Run(ordered, ref work);
    }

    private Turn TakeTurn(CancellationToken cancel)
    {
        turn.Wait(cancel);
        if (disposed)
        {
            turn.Release();
            throw new ObjectDisposedException(nameof(OpenClErasureCoder));
        }

        return new Turn(turn);
    }

    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }

    private readonly struct PinnedProduct(
        ProductPipeline pipeline,
        DeviceMatrix matrix,
        int length,
        CancellationToken cancel
    ) : IPinnedWork
    {
        void IPinnedWork.Run(byte** shards) => pipeline.Run(matrix, shards, length, cancel);
    }
}
