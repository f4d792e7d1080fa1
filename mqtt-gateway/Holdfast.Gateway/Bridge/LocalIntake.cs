using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Bridge;

/// <summary>From the local broker to the disk: whatever has arrived goes there together, and is acknowledged when it is there.</summary>
/// <param name="carried">A message as it is to be kept; null: it goes no further.</param>
internal sealed class LocalIntake(
    IMqttClient local,
    DurableOutbox outbox,
    Func<MqttMessage, Draft?> carried,
    Func<DateTimeOffset> wallTime,
    TimeProvider clock
)
{
    /// <summary>Messages of the local broker that go to the disk together at most, and their bytes: half a frame of the outbox.</summary>
    private const int TogetherMax = 512;

    private const int BytesTogetherMax = 256 * 1024;

    /// <summary>How long the disk is left in peace after it would not take them.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        var arriving = local.DeliveriesAsync(stop).TogetherAsync(TogetherMax, BytesTogetherMax, stop);
        await foreach (var batch in arriving.ConfigureAwait(false))
        {
            List<Draft> drafts = [.. batch.Select(one => carried(one.Message)).OfType<Draft>()];
            // While the outbox takes nothing the local broker keeps it, and knows so.
            while (!await TryKeepAsync(drafts, stop).ConfigureAwait(false))
            {
                await Task.Delay(Pause, clock, stop).ConfigureAwait(false);
            }

            batch.ForEach(one => one.Acknowledge());
        }
    }

    /// <summary>All of them at once; what was taken of them is left out of the list.</summary>
    private async Task<bool> TryKeepAsync(List<Draft> drafts, CancellationToken stop)
    {
        if (drafts.Count == 0)
        {
            return true;
        }

        var result = await Task.Run(() => outbox.Write(drafts, wallTime()), stop).ConfigureAwait(false);
        if (result is { OnlyUrgent: true, Taken: > 0 })
        {
            drafts.RemoveAll(one => one.IsUrgent);
        }

        return result.IsComplete;
    }
}
