namespace Holdfast.Firmware.Appliance;

/// <summary>Lets any number of readers wait for the next change of something that has a version.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource next = NewSource();

    /// <summary>Take it before looking at the version; it completes at the next <see cref="Raise"/>.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Raise() => Interlocked.Exchange(ref next, NewSource()).SetResult();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
