using System.Globalization;

namespace Holdfast.Gateway.Commands.Access;

/// <summary>
/// Decides whether a signature counts now. Pure: the time and the memory of what was used are arguments.
///
/// It guarantees that a command is carried out at most once and only between its signing and its end, whatever a broker does with it: what was
/// used is remembered until its end (<see cref="UsedSeals"/>), and a clock that runs back, or a memory that was lost, lets nothing in again.
/// </summary>
public static class SealCheck
{
    /// <summary>Longer would have to be remembered for longer, and gives a hijacked broker more time to choose the moment.</summary>
    public static readonly TimeSpan ValidForMax = TimeSpan.FromHours(1);

    /// <summary>The operator's clock may run this much ahead of the rack's.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(60);

    /// <summary>Before this program was written no clock is right: it was not set yet.</summary>
    internal static readonly DateTimeOffset ClockFloor = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Shorter correlation data would not tell one command from the next.</summary>
    private const int CorrelationLengthMin = 8;

    /// <summary>The operator who signed, or why that does not count.</summary>
    public static (Operator? Operator, GatewayReply? Refusal) Verify(
        CommandSeal seal,
        SealedCommand command,
        AccessPolicy policy,
        UsedSeals used,
        DateTimeOffset now
    )
    {
        if (command.Correlation.Length < CorrelationLengthMin)
        {
            return (null, No($"a signed command needs correlation data of {CorrelationLengthMin} bytes or more"));
        }

        if (policy.Find(seal.KeyId) is not { } known || !known.Key.Verifies(seal.Bytes(command), seal.Signature.Span))
        {
            return (null, No("the signature is not that of a known operator under this command"));
        }

        if (now < ClockFloor)
        {
            return (
                null,
                GatewayReply.Refused(503, $"the rack's clock is not set ({Text(now)}): set it, then sign again")
            );
        }

        var (from, until) = (At(seal.SignedAt), At(seal.Until));
        var problem =
            known.NotAfter <= now ? $"the key of {known.Name} has ended"
            : until - from > ValidForMax || until <= from
                ? $"a signature counts for more than 0 s and {ValidForMax.TotalSeconds:0} s at most"
            : from > now + SkewMax
                ? $"it was signed at {Text(from)}, which is not yet: the rack's clock says {Text(now)}; set the one that is wrong"
            : until <= now
                ? $"the signature has expired: it counted until {Text(until)}, and the rack's clock says {Text(now)}"
            : "";
        if (problem.Length > 0)
        {
            return (null, No(problem));
        }

        return used.Refusal(seal, now) is { } refusal ? (null, refusal) : (known, null);
    }

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static string Text(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static GatewayReply No(string text) => GatewayReply.Refused(401, text);
}
