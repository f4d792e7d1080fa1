using System.Net;
using System.Net.Sockets;

namespace Holdfast.Firmware.Boards;

/// <summary>Addresses of devices. There are no host names: a rack must come up while no name server answers.</summary>
internal static class Endpoints
{
    /// <summary>
    /// Reads 10.0.0.7:623 or [fd00::7]:623. The short and octal forms of IPv4 that the C library takes are refused: 10.7 and 010.0.0.7
    /// are more often typing errors than meant.
    /// </summary>
    public static bool TryParse(string text, out IPEndPoint endpoint)
    {
        var good =
            IPEndPoint.TryParse(text, out var parsed)
            && parsed.Port > 0
            && !parsed.Address.Equals(IPAddress.Any)
            && !parsed.Address.Equals(IPAddress.IPv6Any)
            && (parsed.AddressFamily != AddressFamily.InterNetwork || parsed.ToString() == text);
        endpoint = good ? parsed! : new IPEndPoint(IPAddress.None, 0);
        return good;
    }

    public static IPEndPoint Read(JsonNode node, List<BoardProblem> problems)
    {
        if (!TryParse(node.Text, out var endpoint))
        {
            problems.Add(
                node.Problem(
                    $"\"{node.Text}\" is no address with a port",
                    "Write an IP address and a port from 1 to 65535, as 10.0.0.7:623"
                )
            );
        }

        return endpoint;
    }

    /// <summary>The same text for the same address, however it was written; for comparing.</summary>
    public static string Normal(string text) => TryParse(text, out var endpoint) ? endpoint.ToString() : text;
}
