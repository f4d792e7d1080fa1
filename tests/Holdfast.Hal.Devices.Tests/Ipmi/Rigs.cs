using System.Net;
using System.Text;
using Holdfast.Hal.Devices.Ipmi;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>The driver under test, pointed at a BMC.</summary>
internal static class Rigs
{
    public static byte[] Bytes(string password) => Encoding.ASCII.GetBytes(password);

    public static IpmiBmc Access(IPEndPoint endpoint, string user, string password) =>
        new(endpoint, user, Bytes(password), TimeProvider.System);
}
