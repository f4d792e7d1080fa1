namespace Holdfast.Gateway.Commands.Access;

/// <summary>
/// The signatures that were used and have not ended. At most <see cref="CountMax"/>; then signed commands are refused until some have ended:
/// nothing that could come again is forgotten. Forgetting leaves a mark: what ends no later than the newest that was forgotten is refused, so that
/// a clock that runs back cannot bring it in again.
/// </summary>
public sealed class UsedSeals
{
    public const int CountMax = 4096;

    private readonly Dictionary<string, long> untilByKey = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, long> byEnd = new();
    private bool beginUnknown;

    /// <summary>What ends no later than this is refused; seconds since 1970.</summary>
    public long ForgottenUntil { get; private set; }

    /// <summary>What was signed before is refused: the memory of what was used begins here; seconds since 1970.</summary>
    public long RememberedSince { get; private set; }

    public int Count => untilByKey.Count;

    public IEnumerable<KeyValuePair<string, long>> Entries => untilByKey;

    /// <summary>The same for the same nonce of the same key.</summary>
    public static string KeyOf(CommandSeal seal) => $"{seal.KeyId}/{seal.Nonce}";

    /// <summary>Nothing is known of what was used before. Where the clock is not set yet, the record begins with the first look at one that is.</summary>
    public void BeginAt(DateTimeOffset now)
    {
        beginUnknown = now < SealCheck.ClockFloor;
        RememberSince(beginUnknown ? 0 : now.ToUnixTimeSeconds());
    }

    public void RememberSince(long seconds) => RememberedSince = Math.Max(RememberedSince, seconds);

    public void Forgot(long until) => ForgottenUntil = Math.Max(ForgottenUntil, until);

    public void Add(string key, long until)
    {
        if (until > ForgottenUntil && untilByKey.TryAdd(key, until))
        {
            byEnd.Enqueue(key, until);
        }
    }

    /// <summary>Why it may not be used; null: it may, once.</summary>
    public GatewayReply? Refusal(CommandSeal seal, DateTimeOffset now)
    {
        if (beginUnknown)
        {
            BeginAt(now);
        }

        Forget(now.ToUnixTimeSeconds());
        return untilByKey.ContainsKey(KeyOf(seal)) || seal.Until <= ForgottenUntil
                ? GatewayReply.Refused(401, "this signature was used before, or may have been: sign again")
            : seal.SignedAt < RememberedSince
                ? GatewayReply.Refused(
                    401,
                    "it was signed before the rack's record of used signatures begins: sign again"
                )
            : untilByKey.Count >= CountMax
                ? GatewayReply.Refused(503, "too many signed commands within their time; wait for some to end")
            : null;
    }

    private void Forget(long now)
    {
        while (byEnd.TryPeek(out var key, out var until) && until <= now)
        {
            byEnd.Dequeue();
            untilByKey.Remove(key);
            Forgot(until);
        }
    }
}
