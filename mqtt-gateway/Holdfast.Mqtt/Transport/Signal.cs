using System.Threading.Channels;

namespace Holdfast.Mqtt.Transport;

/// <summary>Wakes one waiter; set while nobody waits, it is remembered once.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public void Set() => channel.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellationToken) =>
        await channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
