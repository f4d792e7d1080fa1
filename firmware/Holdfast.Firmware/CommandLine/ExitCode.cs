namespace Holdfast.Firmware.CommandLine;

/// <summary>What a program that calls us can rely on (docs/command-line.md).</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The command was refused, or what it asks for was not observed in time.</summary>
    public const int NotDone = 1;

    /// <summary>Wrong arguments, or a bad board file.</summary>
    public const int Usage = 2;

    /// <summary>No appliance answers, or it does not let us in.</summary>
    public const int NotReachable = 3;

    /// <summary>The appliance cannot start.</summary>
    public const int CannotStart = 4;

    /// <summary>Shards are missing or damaged, and all of them can be rebuilt.</summary>
    public const int Damaged = 5;

    /// <summary>So many shards are missing or damaged that what they held is lost.</summary>
    public const int Lost = 6;
}
