using Holdfast.Storage.OpenCl.Interop;

namespace Holdfast.Storage.OpenCl.Pipeline;

/// <summary>Room on the device for one piece of each shard, and how far the piece in it is.</summary>
internal sealed unsafe class PieceSlot(OpenClApi api, OpenClHandle sources, OpenClHandle outputs)
{
    public OpenClHandle Sources { get; } = sources;

    public OpenClHandle Outputs { get; } = outputs;

    /// <summary>Where in the shards the piece begins, in bytes.</summary>
    public nint From { get; set; }

    /// <summary>In bytes of a shard.</summary>
    public int Length { get; set; }

    /// <summary>The event when all sources are there; 0 when no piece is under way. So the others.</summary>
    public nint CopiedIn { get; set; }

    public nint Computed { get; set; }

    public nint CopiedOut { get; set; }

    /// <summary>Until the piece in this slot is back. Returns at once when there is none.</summary>
    /// <exception cref="OpenClException">A command failed.</exception>
    public void Wait()
    {
        if (CopiedOut == 0)
        {
            return;
        }

        var last = CopiedOut;
        var code = api.WaitForEvents(1, &last);
        if (code == OpenClCode.ExecutionFailedInWaitList)
        {
            ThrowIfFailed(CopiedIn, "clEnqueueWriteBuffer");
            ThrowIfFailed(Computed, "clEnqueueNDRangeKernel");
            ThrowIfFailed(CopiedOut, "clEnqueueReadBuffer");
        }

        OpenClException.Check(code, "clWaitForEvents");
        Forget();
    }

    /// <summary>Lets go of the events, whatever became of the commands.</summary>
    public void Forget()
    {
        foreach (var done in (ReadOnlySpan<nint>)[CopiedIn, Computed, CopiedOut])
        {
            if (done != 0)
            {
                // Nothing can be done about an event that cannot be released.
                _ = api.ReleaseEvent(done);
            }
        }

        (CopiedIn, Computed, CopiedOut) = (0, 0, 0);
    }

    /// <summary>The first command that failed is the cause; the later ones failed since they waited for it.</summary>
    private void ThrowIfFailed(nint command, string function)
    {
        var status = 0;
        OpenClException.Check(
            api.GetEventInfo(command, OpenClFlag.EventStatus, sizeof(int), &status, null),
            "clGetEventInfo"
        );
        if (status < 0)
        {
            throw new OpenClException(function, status, "the device reports it for the finished command");
        }
    }
}
