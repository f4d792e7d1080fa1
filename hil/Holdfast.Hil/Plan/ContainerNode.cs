using System.Net;
using Holdfast.Hal;

namespace Holdfast.Hil;

/// <summary>A server of the simulated container.</summary>
/// <param name="PowerMax">Its draw at full load.</param>
/// <param name="Inrush">What it may draw beyond that just after it is switched on.</param>
/// <param name="BootTime">From power-on until its system answers, on average; each boot varies by a quarter.</param>
/// <param name="StopTime">From a soft stop until it is off, on average; varies as much.</param>
public sealed record ContainerNode(
    NodeId Node,
    ZoneId Zone,
    Watts PowerMax,
    Watts Inrush,
    TimeSpan BootTime,
    TimeSpan StopTime
)
{
    /// <summary>How long the inrush takes to fade.</summary>
    public TimeSpan InrushFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What it draws when off: its BMC and its network card that listens for magic packets.</summary>
    public Watts Standby { get; init; } = new(6);

    /// <summary>It runs when the simulation starts.</summary>
    public bool OnAtStart { get; init; }

    /// <summary>Null: it has no BMC.</summary>
    public ContainerBmc? Bmc { get; init; }

    /// <summary>Null: it does not listen for magic packets.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The six bytes that a magic packet must end with (SecureOn); empty: none needed. A secret.</summary>
    public ReadOnlyMemory<byte> SecureOn { get; init; }

    /// <summary>Where its system accepts TCP connections while it is up; null: it cannot be seen on the network.</summary>
    public IPEndPoint? Presence { get; init; }
}

/// <summary>Where and how a node's BMC is reached. Its text does not tell the password.</summary>
/// <param name="Endpoint">UDP; port 0: chosen by the system.</param>
/// <param name="User">1 to 16 ASCII characters (IPMI 2.0 §22.28).</param>
/// <param name="Password">Up to 20 ASCII characters (IPMI 2.0 §22.30). A secret.</param>
public sealed record ContainerBmc(IPEndPoint Endpoint, string User, string Password)
{
    public override string ToString() => $"{User}@{Endpoint}";
}
