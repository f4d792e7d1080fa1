using System.Runtime.CompilerServices;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Bridge;

/// <summary>Messages that came from a broker, taken together as they came.</summary>
internal static class Arrivals
{
    extension(IAsyncEnumerable<MqttDelivery> deliveries)
    {
        /// <summary>Whatever has arrived already, and no waiting for more: so one alone costs no time, and many cost one flush of the disk.</summary>
        /// <param name="bytesMax">Of payloads; only the last of a batch may go beyond.</param>
        public async IAsyncEnumerable<List<MqttDelivery>> TogetherAsync(
            int countMax,
            int bytesMax,
            [EnumeratorCancellation] CancellationToken stop
        )
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await using var arriving = deliveries.GetAsyncEnumerator(end.Token);
            var next = arriving.MoveNextAsync().AsTask();
            try
            {
                while (await next.ConfigureAwait(false))
                {
                    var (batch, bytes) = (new List<MqttDelivery>(), 0L);
                    do
                    {
                        batch.Add(arriving.Current);
                        bytes += arriving.Current.Message.Payload.Length;
                        next = arriving.MoveNextAsync().AsTask();
                    } while (
                        next is { IsCompletedSuccessfully: true, Result: true }
                        && batch.Count < countMax
                        && bytes < bytesMax
                    );

                    yield return batch;
                }
            }
            finally
            {
                // Whoever gives up in between leaves it waiting for the next one.
                await end.CancelAsync().ConfigureAwait(false);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
