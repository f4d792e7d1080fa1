using System.Globalization;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// Which address of the broker is next: those of the options in turn, and where a broker sends us (MQTT 5.0 §4.11), so often in a row.
/// An address that worked is asked first again.
/// </summary>
internal sealed class BrokerRound(MqttClientOptions options)
{
    private readonly BrokerAddress[] addresses = [new(options.Host, options.Port), .. options.OtherAddresses];

    private int current;
    private int redirects;
    private int failuresInTurn;
    private BrokerAddress? detour;

    public BrokerAddress Current => detour ?? addresses[current];

    /// <summary>Whether every address was tried since the last good connection: time to pause.</summary>
    public bool WasRoundTheHouses => failuresInTurn >= addresses.Length;

    /// <summary>The connection ended, or was not to be had.</summary>
    /// <param name="wasUp">It was one.</param>
    /// <param name="redirect">Where the broker sent us.</param>
    /// <returns>Whether it is a redirect that is followed, at once.</returns>
    public bool Ended(bool wasUp, Redirect? redirect)
    {
        if (wasUp)
        {
            redirects = 0;
            failuresInTurn = 0;
        }

        if (redirect is { } to && redirects < options.RedirectsMax && Parse(to.Reference) is { } other)
        {
            redirects++;
            detour = other;
            if (to.IsPermanent)
            {
                addresses[current] = other;
            }

            return true;
        }

        // Left, or led nowhere: the next broker may send us somewhere again.
        redirects = 0;
        if (wasUp)
        {
            return false;
        }

        // From a detour back to the addresses we know.
        failuresInTurn = WasRoundTheHouses ? 1 : failuresInTurn + 1;
        current = detour is null ? (current + 1) % addresses.Length : current;
        detour = null;
        return false;
    }

    /// <summary>The first address that can be read (§4.11 leaves the form open; it shows "host:port", in brackets for IPv6).</summary>
    private BrokerAddress? Parse(string reference) =>
        reference.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseOne).FirstOrDefault(a => a is not null);

    private BrokerAddress? ParseOne(string text)
    {
        var end = text.LastIndexOf(':');
        var hasPort = end > 0 && text[(end - 1)..].IndexOf(']') <= 0 && (text[0] == '[') == (text[end - 1] == ']');
        var isBareIpv6 = text[0] != '[' && text.Count(c => c == ':') > 1;
        var (host, portText) = hasPort && !isBareIpv6 ? (text[..end], text[(end + 1)..]) : (text, $"{options.Port}");
        host = host.Trim('[', ']');
        return
            Uri.CheckHostName(host) != UriHostNameType.Unknown
            && int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= ushort.MaxValue
            ? new BrokerAddress(host, port)
            : null;
    }
}
