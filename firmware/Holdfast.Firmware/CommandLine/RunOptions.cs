using System.Net;
using Holdfast.Firmware.Boards;

namespace Holdfast.Firmware.CommandLine;

/// <summary>What <c>holdfast run</c> was told.</summary>
/// <param name="Mqtt">Where the embedded broker listens, without a file.</param>
/// <param name="MqttConfig">The embedded broker's file; null: the board's, or none.</param>
/// <param name="Speed">The time lapse of a simulated rack; null: the board's.</param>
/// <param name="Seed">The run of a simulated rack; null: the board's.</param>
/// <param name="FaultsFile">A script of faults for a simulated rack; null: none.</param>
internal sealed record RunOptions(
    Board Board,
    string DataFolder,
    IPEndPoint Http,
    IPEndPoint Mqtt,
    string? MqttConfig,
    double? Speed,
    ulong? Seed,
    string? FaultsFile
);
