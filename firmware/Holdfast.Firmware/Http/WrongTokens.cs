using System.Net;
using System.Net.Sockets;

namespace Holdfast.Firmware.Http;

/// <summary>
/// Counts wrong tokens by sender, so that guessing ends after <see cref="AttemptsMax"/> in a minute and nobody locks out anybody else. An IPv6
/// network counts as one sender. At most <see cref="SendersMax"/> are remembered; then the longest known is forgotten: the token's
/// own length stands against guessing from very many addresses.
/// </summary>
internal sealed class WrongTokens(TimeProvider clock)
{
    public const int AttemptsMax = 10;
    public const int SendersMax = 1024;
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly OrderedDictionary<string, (MonotonicTime Since, int Attempts)> senders = new(
        StringComparer.Ordinal
    );

    public bool IsBlocked(IPAddress? sender)
    {
        lock (gate)
        {
            return senders.TryGetValue(Key(sender), out var seen)
                && clock.Now - seen.Since <= Within
                && seen.Attempts >= AttemptsMax;
        }
    }

    public void Count(IPAddress? sender)
    {
        lock (gate)
        {
            var key = Key(sender);
            var again = senders.TryGetValue(key, out var seen) && clock.Now - seen.Since <= Within;
            senders.Remove(key);
            if (senders.Count >= SendersMax)
            {
                senders.RemoveAt(0);
            }

            senders[key] = again ? seen with { Attempts = seen.Attempts + 1 } : (clock.Now, 1);
        }
    }

    private static string Key(IPAddress? sender)
    {
        if (sender is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
        {
            // A sender has a /64 of its own.
            return Convert.ToHexString(sender.GetAddressBytes().AsSpan(0, 8));
        }

        return sender is { IsIPv4MappedToIPv6: true } ? $"{sender.MapToIPv4()}" : $"{sender}";
    }
}
