using System.Net;
using System.Text;
using Holdfast.Hal.Devices.Ipmi;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>The driver under test, pointed at a BMC.</summary>
internal static class Rigs
{
    /// <summary>The driver's seconds, four times shorter than ours: it waits for silent BMCs, and between looks.</summary>
    public static readonly TimeProvider Clock = new LapsedTimeProvider(TimeProvider.System, 4);

    public static byte[] Bytes(string password) => Encoding.ASCII.GetBytes(password);

    public static IpmiBmc Access(IPEndPoint endpoint, string user, string password) =>
        new(endpoint, user, Bytes(password), Clock);
}
