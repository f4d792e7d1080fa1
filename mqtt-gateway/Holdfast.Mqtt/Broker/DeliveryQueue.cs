namespace Holdfast.Mqtt.Broker;

/// <summary>What all queues of the broker hold together, in bytes.</summary>
internal sealed class QueueBudget(long bytesMax)
{
    public long Used { get; set; }

    public long Max { get; } = bytesMax;
}

/// <summary>
/// Messages that wait for one client. What is in flight counts until it is acknowledged. When it is full, QoS 0 messages
/// are dropped, the oldest first; when there are none, it overflows and its owner decides.
/// </summary>
internal sealed class DeliveryQueue(MqttBrokerOptions options, QueueBudget budget)
{
    private readonly Queue<Delivery> casual = [];
    private readonly Queue<Delivery> assured = [];
    private Pressure? pressure;
    private int inFlight;
    private long bytes;

    /// <summary>For publishers that would fill it faster than it is emptied.</summary>
    public Pressure Pressure => pressure ??= new Pressure();

    /// <summary>A quarter full: what publishers have on the way has room in the rest.</summary>
    public bool IsPressed => Count > options.QueueCountMax / 4 || bytes > options.QueueBytesMax / 4;

    /// <summary>Messages that wait or fly.</summary>
    public int Count => casual.Count + assured.Count + inFlight;

    /// <summary>Of all messages that wait or fly.</summary>
    public long Bytes => bytes;

    /// <summary>Whether its own limits have room.</summary>
    public bool WouldTake(int size) => Count < options.QueueCountMax && bytes + size <= options.QueueBytesMax;

    /// <summary>QoS 0 messages dropped so far.</summary>
    public long Dropped { get; private set; }

    public int WaitingCount => casual.Count + assured.Count;

    /// <summary>False where there is no room for a message with QoS 1 or 2; one with QoS 0 is then dropped.</summary>
    public bool TryAdd(Delivery delivery)
    {
        var size = delivery.Size;
        while (!HasRoom(size) && casual.TryDequeue(out var oldest))
        {
            Dropped++;
            Uncount(oldest);
        }

        var isCasual = delivery.Qos == MqttQos.AtMostOnce;
        if (!HasRoom(size))
        {
            Dropped += isCasual ? 1 : 0;
            return isCasual;
        }

        (isCasual ? casual : assured).Enqueue(delivery);
        bytes += size;
        budget.Used += size;
        return true;
    }

    /// <summary>Takes back, in order, what was there before a restart; false where the limits have no room for it.</summary>
    /// <param name="isFlying">Its identifier is known to the client.</param>
    public bool TryRestore(Delivery delivery, bool isFlying)
    {
        if (!HasRoom(delivery.Size))
        {
            return false;
        }

        bytes += delivery.Size;
        budget.Used += delivery.Size;
        if (isFlying)
        {
            inFlight++;
        }
        else
        {
            assured.Enqueue(delivery);
        }

        return true;
    }

    /// <summary>All messages with QoS 1 and 2 that were not taken yet, in order.</summary>
    public IEnumerable<Delivery> Assured => assured;

    /// <summary>The next message in the order of arrival; those with QoS 1 and 2 only where they may be sent.</summary>
    public bool TryTake(bool mayTakeAssured, out Delivery delivery)
    {
        var hasCasual = casual.TryPeek(out var first);
        if (mayTakeAssured && assured.TryPeek(out delivery) && (!hasCasual || delivery.Order < first.Order))
        {
            assured.Dequeue();
            inFlight++;
            return true;
        }

        delivery = first;
        if (hasCasual)
        {
            Uncount(casual.Dequeue());
        }

        return hasCasual;
    }

    /// <summary>A message with QoS 1 or 2 that was taken is done with.</summary>
    public void Complete(Delivery delivery)
    {
        inFlight--;
        Uncount(delivery);
    }

    /// <summary>Drops QoS 0 messages of so many bytes, or all, the oldest first; false where there are none.</summary>
    public bool DropOldest(int size)
    {
        var hadSome = casual.Count > 0;
        for (var target = bytes - size; bytes > target && casual.TryDequeue(out var oldest); )
        {
            Dropped++;
            Uncount(oldest);
        }

        return hadSome;
    }

    /// <summary>The client connects or goes: nobody waits for it.</summary>
    public void Restart() => pressure?.Restart();

    /// <summary>Away clients get no QoS 0 messages (MQTT 5.0 §4.1 lets the server choose).</summary>
    public void DropCasual()
    {
        while (casual.TryDequeue(out var delivery))
        {
            Uncount(delivery);
        }
    }

    /// <summary>Takes out what waits, is not in flight, and may go elsewhere, in its order.</summary>
    public List<Delivery> Withdraw(Func<Delivery, bool> mayGo)
    {
        var taken = new List<Delivery>();
        Withdraw(casual, mayGo, taken);
        Withdraw(assured, mayGo, taken);
        taken.Sort((a, b) => a.Order.CompareTo(b.Order));
        return taken;
    }

    /// <summary>Gives everything back, in flight or not.</summary>
    public void Clear()
    {
        casual.Clear();
        assured.Clear();
        inFlight = 0;
        budget.Used -= bytes;
        bytes = 0;
        pressure?.Release();
    }

    private void Withdraw(Queue<Delivery> queue, Func<Delivery, bool> mayGo, List<Delivery> taken)
    {
        for (var left = queue.Count; left > 0; left--)
        {
            var delivery = queue.Dequeue();
            if (mayGo(delivery))
            {
                taken.Add(delivery);
                Uncount(delivery);
            }
            else
            {
                queue.Enqueue(delivery);
            }
        }
    }

    private bool HasRoom(int size) => WouldTake(size) && budget.Used + size <= budget.Max;

    private void Uncount(Delivery delivery)
    {
        bytes -= delivery.Size;
        budget.Used -= delivery.Size;
        if (pressure is not null && Count < options.QueueCountMax / 8 && bytes < options.QueueBytesMax / 8)
        {
            pressure.Release();
        }
    }
}
