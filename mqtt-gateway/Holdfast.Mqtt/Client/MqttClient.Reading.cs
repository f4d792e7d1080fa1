using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Client;

/// <summary>Messages, for one reader.</summary>
public sealed partial class MqttClient
{
    private readonly Doorbell arrived = new();
    private readonly Doorbell room = new();
    private bool readingMessages;

    public async IAsyncEnumerable<MqttMessage> MessagesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        BeginReading();
        Received? inHand = null;
        try
        {
            while ((inHand = await TakeAsync(cancellationToken).ConfigureAwait(false)) is not null)
            {
                yield return inHand.Message!;
                Finish(inHand);
                inHand = null;
            }
        }
        finally
        {
            EndReading(inHand);
        }
    }

    public async IAsyncEnumerable<MqttDelivery> DeliveriesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        BeginReading();
        try
        {
            while (await TakeAsync(cancellationToken).ConfigureAwait(false) is { } received)
            {
                yield return new MqttDelivery(received.Message!, () => Finish(received));
            }
        }
        finally
        {
            EndReading(null);
        }
    }

    /// <summary>The next message, once there is one; null when the client is disposed.</summary>
    private async ValueTask<Received?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (gate)
            {
                if (broken is { } error)
                {
                    ExceptionDispatchInfo.Throw(error);
                }

                if (isDisposed)
                {
                    return null;
                }

                if (core.Inbox.TryTake(out var received))
                {
                    return received;
                }
            }

            await arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Finish(Received received)
    {
        bool hasRoom;
        lock (gate)
        {
            core.FinishMessage(received);
            hasRoom = core.Inbox.HasRoom;
        }

        if (received.Qos != MqttQos.AtMostOnce)
        {
            output.Ring();
        }
        else if (hasRoom)
        {
            room.Ring();
        }
    }

    private void BeginReading()
    {
        lock (gate)
        {
            if (readingMessages)
            {
                throw new InvalidOperationException("the client's messages have a reader already");
            }

            readingMessages = true;
        }
    }

    private void EndReading(Received? inHand)
    {
        lock (gate)
        {
            readingMessages = false;
            if (inHand is not null)
            {
                core.Inbox.GiveBack(inHand);
            }
        }
    }

    /// <summary>While the inbox is full of QoS 0 messages and none may be dropped, nothing more is read.</summary>
    async Task IPacketPeer.WaitForRoomAsync(CancellationToken cancellationToken)
    {
        if (options.WhenReaderIsSlow == SlowReader.LoseQos0)
        {
            return;
        }

        while (!HoldIfFull())
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool HoldIfFull()
    {
        lock (gate)
        {
            var hasRoom = core.Inbox.HasRoom;
            core.HoldReading(!hasRoom, clock.Now);
            return hasRoom;
        }
    }
}
