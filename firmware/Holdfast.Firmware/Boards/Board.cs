using System.Net;
using Holdfast.Hal;
using Holdfast.Rack;

namespace Holdfast.Firmware.Boards;

/// <summary>A board file that was read and found good.</summary>
internal sealed record Board
{
    public required RackId Rack { get; init; }

    public required string Title { get; init; }

    public required PowerPlan Power { get; init; }

    /// <summary>Folders of the kernel's classes; <c>{data}</c> stands for the data folder.</summary>
    public required string HwmonRoot { get; init; }

    public required string GpioRoot { get; init; }

    public required string PowerSupplyRoot { get; init; }

    public required IReadOnlyList<BoardZone> Zones { get; init; }

    public required IReadOnlyList<BoardSensor> Sensors { get; init; }

    public required IReadOnlyList<BoardFan> Fans { get; init; }

    public required IReadOnlyList<BoardMeter> Meters { get; init; }

    public BoardUps? Ups { get; init; }

    public required IReadOnlyList<BoardInput> Safety { get; init; }

    public required IReadOnlyList<BoardPump> Pumps { get; init; }

    public required IReadOnlyList<BoardNode> Nodes { get; init; }

    /// <summary>The broker to report to; null: the embedded one.</summary>
    public BoardBroker? Mqtt { get; init; }

    /// <summary>The embedded broker's file of listeners, users and rules; null: it serves this machine only.</summary>
    public string? BrokerFile { get; init; }

    /// <summary>The simulated container that stands behind this board; null: real hardware.</summary>
    public BoardSimulator? Simulator { get; init; }
}

internal sealed record BoardZone(ZoneId Zone, string Title, ThermalPlan Thermal);

/// <param name="Channel">tempN.</param>
internal sealed record BoardSensor(SensorId Sensor, string Title, ZoneId Zone, string Chip, string Channel);

/// <param name="Channel">N of pwmN and fanN.</param>
internal sealed record BoardFan(SensorId Fan, string Title, ZoneId Zone, string Chip, int Channel);

/// <param name="Role">grid, solar, battery or load.</param>
/// <param name="Channel">N of powerN.</param>
internal sealed record BoardMeter(SensorId Meter, string Title, string Role, string Chip, int Channel);

internal sealed record BoardUps(SensorId Ups, string Battery, string Mains);

internal sealed record BoardInput(SensorId Input, ZoneId Zone, SafetyKind Kind, int Line, bool ActiveLow);

internal sealed record BoardPump(SensorId Pump, ZoneId Zone, int Line, bool ActiveLow);

internal sealed record BoardNode(NodePlan Plan, BoardBmc Bmc, BoardWake? Wake, IPEndPoint? Presence);

/// <summary>Where a BMC is and who may command it. Its text does not tell the password.</summary>
internal sealed record BoardBmc(IPEndPoint Address, string User, byte[] Password)
{
    public override string ToString() => $"{User}@{Address}";
}

/// <summary>How a node is woken: through UDP, or on an interface.</summary>
internal sealed record BoardWake(MacAddress Mac, IPEndPoint? Address, string? Interface, byte[] SecureOn)
{
    public override string ToString() => $"{Mac}";
}

/// <summary>A broker of the grid. Its text does not tell the password.</summary>
internal sealed record BoardBroker(string Host, int Port)
{
    public int Version { get; init; } = 5;

    public string? User { get; init; }

    public byte[] Password { get; init; } = [];

    /// <summary>PEM files: whom to trust, who we are.</summary>
    public string? CaFile { get; init; }

    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    public BoardSparkplug? Sparkplug { get; init; }

    public BoardHomeAssistant? HomeAssistant { get; init; }

    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>The rack as an edge node of Sparkplug B.</summary>
/// <param name="Group">The site.</param>
/// <param name="PrimaryHost">Without which nothing is sent; null: there is no such.</param>
/// <param name="Commands">Whether hosts may switch nodes and fans.</param>
internal sealed record BoardSparkplug(string Group, string? PrimaryHost, bool Commands);

/// <param name="Controls">Whether nodes get buttons that switch them.</param>
internal sealed record BoardHomeAssistant(bool Enabled, string Prefix, bool Controls);

/// <param name="AnyPorts">The system chooses the ports of the simulated devices, instead of those in the board file.</param>
internal sealed record BoardSimulator(ulong Seed, double Speed, double StartHour, bool AnyPorts);
