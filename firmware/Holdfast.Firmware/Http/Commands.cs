using System.Security.Cryptography;
using Holdfast.Firmware.Appliance;
using Holdfast.Rack;

namespace Holdfast.Firmware.Http;

/// <summary>Checks the form of a request and makes the rack's command of it, or says what is wrong.</summary>
internal static class Commands
{
    private const int IdLengthMax = 64;
    private const double DeadlineMaxSeconds = 3600;
    private const double NodeDeadlineSeconds = 300;
    private const double FansDeadlineSeconds = 10;

    public static (OperatorCommand? Command, ProblemDocument? Problem) Node(
        IAppliance appliance,
        string who,
        string name,
        string verb,
        NodeCommandRequest request
    )
    {
        if (!Name.IsValid(name) || !appliance.Plan.Nodes.Any(node => node.Node.Text == name))
        {
            return (null, Problems.NotFound($"There is no node \"{name}\". GET /api/v1/nodes lists them."));
        }

        if (!ApiWords.TryParse<NodeVerb>(verb, out var parsed))
        {
            return (
                null,
                Problems.NotFound(
                    $"\"{verb}\" is nothing to do to a node. Use on, off, wake, cycle, maintain or release."
                )
            );
        }

        return Common(request.DeadlineS, request.Id) is { } problem
            ? (null, problem)
            : (
                new NodeCommand(
                    IdOf(request.Id),
                    who,
                    DeadlineOf(request.DeadlineS ?? NodeDeadlineSeconds),
                    new NodeId(name),
                    parsed
                ),
                null
            );
    }

    public static (OperatorCommand? Command, ProblemDocument? Problem) Fans(
        IAppliance appliance,
        string who,
        string name,
        FanModeRequest request
    )
    {
        if (!Name.IsValid(name) || !appliance.Plan.Zones.Any(zone => zone.Zone.Text == name))
        {
            return (null, Problems.NotFound($"There is no zone \"{name}\". GET /api/v1/rack lists them."));
        }

        if (!ApiWords.TryParse<FanMode>(request.Mode, out var mode))
        {
            return (null, Problems.BadRequest("\"mode\" must be auto, full or fixed."));
        }

        if (request.DutyPct is not (null or (>= 0 and <= 100)) || (mode == FanMode.Fixed && request.DutyPct is null))
        {
            return (null, Problems.BadRequest("\"duty_pct\" must be 0 to 100, and given with the mode fixed."));
        }

        return Common(request.DeadlineS, request.Id) is { } problem
            ? (null, problem)
            : (
                new FanModeCommand(
                    IdOf(request.Id),
                    who,
                    DeadlineOf(request.DeadlineS ?? FansDeadlineSeconds),
                    new ZoneId(name),
                    mode,
                    new Percent(request.DutyPct ?? 100)
                ),
                null
            );
    }

    private static ProblemDocument? Common(double? deadline, string? id) =>
        deadline is not (null or (>= 1 and <= DeadlineMaxSeconds))
            ? Problems.BadRequest("\"deadline_s\" must be 1 to 3600.")
        : id is not null && !IsId(id)
            ? Problems.BadRequest(
                "\"id\" must have 1 to 64 letters, digits or -._~: and begin with a letter or a digit."
            )
        : null;

    /// <summary>What can stand in the path of /api/v1/commands/{id} as it is.</summary>
    private static bool IsId(string id) =>
        id.Length is > 0 and <= IdLengthMax
        && char.IsAsciiLetterOrDigit(id[0])
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or ':');

    private static string IdOf(string? id) => id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private static TimeSpan DeadlineOf(double seconds) => TimeSpan.FromSeconds(seconds);
}
