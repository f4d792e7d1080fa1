using System.CommandLine;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>
/// <c>holdfast storage</c>: files and directories as shards, of which any k give them back. Needs no running appliance. The exit codes besides the usual:
/// 5 damaged, everything can be rebuilt; 6 lost.
/// </summary>
internal static class StorageCommands
{
    public static Command Create(Terminal terminal) =>
        new(
            "storage",
            "Keep files as shards, of which some may be lost. Exit codes besides the usual: 5 damaged, 'repair' rebuilds it; 6 too much is lost."
        )
        {
            EncodeCommand.Create(terminal),
            DecodeCommand.Create(terminal),
            VerifyCommand.Create(terminal),
            RepairCommand.Create(terminal),
        };

    public static Argument<string> Folder() => Storing.PathNamed("FOLDER", "The folder with the shards");
}
