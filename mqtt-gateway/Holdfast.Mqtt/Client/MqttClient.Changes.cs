using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Holdfast.Mqtt.Client;

/// <summary>What becomes of the connection, for those who want to know.</summary>
public sealed partial class MqttClient
{
    public async IAsyncEnumerable<ConnectionChange> ConnectionChangesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // A reader that falls behind misses the oldest changes, never the last.
        var mine = Channel.CreateBounded<ConnectionChange>(
            new BoundedChannelOptions(ChangesMax) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        lock (gate)
        {
            mine.Writer.TryWrite(lastChange);
            changes = mine;
            if (isDisposed || broken is not null)
            {
                mine.Writer.TryComplete(broken);
            }
        }

        await foreach (var change in mine.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return change;
        }
    }

    /// <summary>Waits for the first connection.</summary>
    /// <exception cref="MqttException">It could not be made, or the client has ended; the client goes on trying.</exception>
    public async Task FirstConnectionAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in ConnectionChangesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Connected)
            {
                return;
            }

            if (change.Detail != NotYet)
            {
                throw new MqttException(change.Detail);
            }
        }

        throw new MqttException("the client has ended");
    }

    private void Report(ConnectionChange change)
    {
        lock (gate)
        {
            lastChange = change;
            changes?.Writer.TryWrite(change);
        }
    }
}
