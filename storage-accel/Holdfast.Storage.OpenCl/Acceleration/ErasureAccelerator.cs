using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.OpenCl.Acceleration;

namespace Holdfast.Storage.OpenCl;

/// <summary>
/// Erasure coding by whoever is faster. A device is used only for the work and from the shard length where it was measured, with the
/// copies, to beat all cores of the processor; a device that fails later is not asked again, and the processor repeats what it left. So a
/// call fails for its arguments or by being cancelled, never for want of a device. Safe to share.
/// </summary>
public sealed class ErasureAccelerator : IDisposable
{
    private readonly ErasureCode code;
    private readonly CpuErasure cpu;
    private readonly OpenClErasureCoder? coder;
    private volatile AcceleratorVerdict verdict;
    private volatile bool disposed;

    /// <param name="coder">Becomes this object's own; null: there is no device.</param>
    internal ErasureAccelerator(ErasureCode code, OpenClErasureCoder? coder, AcceleratorVerdict verdict)
    {
        (this.code, this.coder, this.verdict) = (code, coder, verdict);
        cpu = new CpuErasure(code);
    }

    /// <summary>What the device is used for, with the figures behind it. Changes once when a device fails.</summary>
    public AcceleratorVerdict Verdict => verdict;

    /// <summary>
    /// Measures every device that was found, which takes some 150 MB of memory for a moment, and one to three seconds each, compiling the kernel included.
    /// </summary>
    /// <param name="search">What <see cref="OpenClDevices.Find(string)"/> found.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ErasureAccelerator Create(
        ErasureCode code,
        OpenClSearch search,
        TimeProvider clock,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(clock);
        List<CalibrationPoint> points = [];
        List<string> reasons = [];
        (OpenClErasureCoder Coder, AcceleratorVerdict Verdict)? best = null;
        try
        {
            foreach (var device in search.Devices.Where(device => device.Unfit is null))
            {
                if (Try(code, device, clock, reasons, cancel) is not { } trial)
                {
                    continue;
                }

                points.AddRange(trial.Verdict.Points);
                reasons.Add(trial.Verdict.Summary);
                if (trial.Verdict.UsesDevice && (best is null || Speed(trial.Verdict) > Speed(best.Value.Verdict)))
                {
                    best?.Coder.Dispose();
                    best = trial;
                }
                else
                {
                    trial.Coder.Dispose();
                }
            }
        }
        catch
        {
            best?.Coder.Dispose();
            throw;
        }

        if (best is { } winner)
        {
            return new ErasureAccelerator(code, winner.Coder, winner.Verdict with { Points = points });
        }

        var reason = search.Availability == OpenClAvailability.Available ? string.Join(" ", reasons) : search.Finding;
        return new ErasureAccelerator(code, coder: null, AcceleratorVerdict.CpuOnly(reason, points));
    }

    /// <summary>Computes the parity shards from the data shards.</summary>
    /// <param name="shards">k data shards, which are read, then m parity shards, which are written.</param>
    /// <returns>Who did it.</returns>
    /// <exception cref="ArgumentException">The shards' number or lengths are wrong, or a parity shard overlaps another shard.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; some of the parity may be written.</exception>
    public ErasureEngine Encode(Memory<byte>[] shards, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ObjectDisposedException.ThrowIf(disposed, this);
        code.CheckStripe(shards);
        if (coder is not null && verdict.EncodeFrom <= shards[0].Length)
        {
            try
            {
                coder.Encode(shards, cancel);
                return ErasureEngine.OpenCl;
            }
            catch (OpenClException failure)
            {
                GiveUp(coder.Device, failure);
            }
        }

        cpu.Encode(shards, cancel);
        return ErasureEngine.Cpu;
    }

    /// <summary>Writes the lost shards.</summary>
    /// <param name="shards">The k + m shards in their order, as for <see cref="RebuildPlan.Rebuild(ReadOnlySpan{Memory{byte}}, DataLocality)"/>.</param>
    /// <returns>Who did it.</returns>
    /// <exception cref="ArgumentException">The plan is another code's, the shards' number or lengths are wrong, or a lost shard's memory overlaps another's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; some of the lost shards may be written.</exception>
    public ErasureEngine Rebuild(RebuildPlan plan, Memory<byte>[] shards, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(shards);
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!ReferenceEquals(plan.Code, code))
        {
            throw new ArgumentException("The plan was made by another code than this accelerator's.", nameof(plan));
        }

        plan.CheckStripe(shards);
        if (coder is not null && verdict.RebuildFrom <= shards[plan.Lost[0]].Length)
        {
            try
            {
                coder.Rebuild(plan, shards, cancel);
                return ErasureEngine.OpenCl;
            }
            catch (OpenClException failure)
            {
                GiveUp(coder.Device, failure);
            }
        }

        cpu.Rebuild(plan, shards, cancel);
        return ErasureEngine.Cpu;
    }

    public void Dispose()
    {
        disposed = true;
        coder?.Dispose();
    }

    private static (OpenClErasureCoder Coder, AcceleratorVerdict Verdict)? Try(
        ErasureCode code,
        OpenClDevice device,
        TimeProvider clock,
        List<string> reasons,
        CancellationToken cancel
    )
    {
        OpenClErasureCoder? coder = null;
        try
        {
            coder = new OpenClErasureCoder(code, device);
            return (coder, new Calibration(code, coder, clock, cancel).Run());
        }
        catch (OpenClException failure)
        {
            coder?.Dispose();
            reasons.Add($"{device} fails: {failure.Message}");
            return null;
        }
        catch
        {
            coder?.Dispose();
            throw;
        }
    }

    /// <summary>With the longest shards, encoding.</summary>
    private static double Speed(AcceleratorVerdict verdict) => verdict.Points[0].DeviceSpeed;

    private void GiveUp(OpenClDevice device, OpenClException failure) =>
        verdict = AcceleratorVerdict.CpuOnly(
            $"{device} failed and is not asked again: {failure.Message}",
            verdict.Points
        );
}
