using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// Subscriptions: those of the options and those asked for at run time. What was granted is subscribed again on every connection
/// without a session; a request that the connection broke over is sent again on the next.
/// </summary>
internal sealed partial class ClientCore<TTag>
{
    /// <summary>Requests that wait for an answer; one more is not taken.</summary>
    public const int RequestsMax = 256;

    /// <summary>Filters of one SUBSCRIBE, so that it fits a packet.</summary>
    private const int FiltersMax = 32;

    private readonly OrderedDictionary<string, MqttSubscription> subscriptions = new(
        options.Subscriptions.Select(s => KeyValuePair.Create(s.Filter, s)),
        StringComparer.Ordinal
    );

    private readonly LinkedList<SubscriptionRequest> requests = [];
    private readonly Dictionary<ushort, Asked> asked = [];
    private readonly Queue<(SubscriptionRequest Request, IReadOnlyList<SubscriptionAnswer> Answers)> answers = [];
    private readonly List<SubscriptionAnswer> refusedAgain = [];

    /// <summary>Takes a request, now or when there is a connection. Returns why it is not taken; else the answers come.</summary>
    public string? Offer(SubscriptionRequest request)
    {
        if (requests.Count + asked.Count >= RequestsMax)
        {
            return $"{RequestsMax} requests wait already for {Broker}";
        }

        requests.AddLast(request);
        return null;
    }

    public bool TryTakeAnswers(out (SubscriptionRequest Request, IReadOnlyList<SubscriptionAnswer> Answers) answered) =>
        answers.TryDequeue(out answered);

    /// <summary>Subscribes all that is subscribed, on a connection that knows nothing of it. False: there is nothing.</summary>
    private bool SubscribeAgain(MonotonicTime now)
    {
        refusedAgain.Clear();
        var together = subscriptions.Values.Where(s => s.Identifier == 0).Chunk(FiltersMax);
        var alone = subscriptions.Values.Where(s => s.Identifier > 0).Select(s => new[] { s });
        foreach (var some in together.Concat(alone))
        {
            control.Enqueue(Ask(null, some, isSubscribe: true, now));
        }

        return asked.Count > 0;
    }

    private bool TryTakeRequest(MonotonicTime now, out Packet packet)
    {
        packet = null!;
        if (State != LinkState.Up || renewal != Renewal.None || requests.First is not { Value: var request })
        {
            return false;
        }

        requests.RemoveFirst();
        packet = Ask(request, request.Subscriptions, request.IsSubscribe, now);
        return true;
    }

    private Packet Ask(
        SubscriptionRequest? request,
        IReadOnlyList<MqttSubscription> what,
        bool isSubscribe,
        MonotonicTime now
    )
    {
        var id = flow.Reserve();
        asked.Add(id, new Asked(request, what, isSubscribe, now));
        return isSubscribe
            ? new SubscribePacket(id, [.. what.Select(ToPacket)], IdentifierOf(what))
            : new UnsubscribePacket(id, [.. what.Select(s => s.Filter)], Properties.None);
    }

    private Subscription ToPacket(MqttSubscription s) =>
        IsV5
            ? new Subscription(s.Filter, s.Qos, s.NoLocal, s.RetainAsPublished, s.RetainHandling)
            : new Subscription(s.Filter, s.Qos);

    /// <summary>One of a whole packet (§3.8.2.1.2): requests with an identifier have a packet, and a subscription, of their own.</summary>
    private Properties IdentifierOf(IReadOnlyList<MqttSubscription> what) =>
        IsV5 && limits.IdentifiersAvailable && what is [{ Identifier: > 0 and var id }]
            ? new Properties { SubscriptionIdentifiers = [id] }
            : Properties.None;

    private void ReceiveSubscriptionAnswer(
        ushort id,
        bool isSubAck,
        IReadOnlyList<ReasonCode> reasons,
        MonotonicTime now
    )
    {
        // UNSUBACK of 3.1.1 has no reasons.
        if (
            !asked.Remove(id, out var question)
            || question.IsSubscribe != isSubAck
            || (reasons.Count != question.What.Count && (isSubAck || IsV5))
        )
        {
            Close(
                ReasonCode.ProtocolError,
                $"{Broker} answered a subscription that it was not asked (MQTT 5.0 §3.9, §3.11)"
            );
            return;
        }

        flow.Release(id);
        var found = question
            .What.Select((s, i) => AnswerOf(s.Filter, i < reasons.Count ? reasons[i] : ReasonCode.Success))
            .ToList();
        Remember(question, found);
        if (question.Request is { } request)
        {
            answers.Enqueue((request, found));
        }
        else
        {
            refusedAgain.AddRange(found.Where(answer => !answer.IsGranted));
        }

        if (State == LinkState.AwaitingSubAck && asked.Count == 0)
        {
            Rise(string.Concat(refusedAgain.Select(a => $"; subscription {a.Filter} refused: {a.Detail}")), now);
        }
    }

    private void Remember(Asked question, List<SubscriptionAnswer> found)
    {
        foreach (var (subscription, answer) in question.What.Zip(found))
        {
            if (!question.IsSubscribe && answer.IsGranted)
            {
                subscriptions.Remove(subscription.Filter);
            }
            else if (question.IsSubscribe && question.Request is not null && answer.IsGranted)
            {
                subscriptions[subscription.Filter] = subscription;
            }
        }
    }

    /// <summary>The connection is gone: what was asked on it will be asked on the next.</summary>
    private void PutRequestsBack()
    {
        foreach (var (id, question) in asked.Reverse())
        {
            flow.Release(id);
            if (question.Request is { } request)
            {
                requests.AddFirst(request);
            }
        }

        asked.Clear();
    }

    private void RefuseRequests(string why)
    {
        PutRequestsBack();
        foreach (var request in requests)
        {
            answers.Enqueue(
                (
                    request,
                    [
                        .. request.Subscriptions.Select(s => new SubscriptionAnswer(
                            s.Filter,
                            false,
                            MqttQos.AtMostOnce,
                            why
                        )),
                    ]
                )
            );
        }

        requests.Clear();
    }

    private static SubscriptionAnswer AnswerOf(string filter, ReasonCode reason) =>
        reason.IsFailure()
            ? new SubscriptionAnswer(filter, false, MqttQos.AtMostOnce, reason.InWords())
            : new SubscriptionAnswer(filter, true, (MqttQos)Math.Min((byte)reason, (byte)2), "");

    private readonly record struct Asked(
        SubscriptionRequest? Request,
        IReadOnlyList<MqttSubscription> What,
        bool IsSubscribe,
        MonotonicTime At
    );
}
