using System.CommandLine;
using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary><c>holdfast storage verify FOLDER</c>: reads every byte of every shard, changes nothing.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = StorageCommands.Folder();
        return Storing.With(
            terminal,
            new Command("verify", "Say whether all shards are there and intact") { folder },
            (storing, parsed, stop) => RunAsync(storing, Storing.FullPath(parsed.GetValue(folder)!), stop)
        );
    }

    private static async Task<int> RunAsync(Storing storing, string folder, CancellationToken stop)
    {
        using var shards = await ShardFolder.OpenAsync(folder, stop);
        var set = shards.Reader.Set;
        var verdict = await storing.ShowAsync(
            $"Reading {Path.GetFileName(folder)}",
            set.SourceLength,
            progress => shards.Reader.VerifyAsync(progress, stop)
        );
        var document = SetReport.Of(shards, verdict.State, verdict.Problem);
        var all = set.Layout.TotalShards;
        storing.Print(
            document,
            verdict.State switch
            {
                ShardSetState.Whole =>
                    $"All {all} shards in {folder} are intact; any {set.Layout.DataShards} of them give back the {ByteLength.Text(set.SourceLength)}.",
                ShardSetState.Damaged =>
                    $"{verdict.Bad.Count} of {all} shards in {folder} are missing or damaged; 'holdfast storage repair {folder}' rebuilds them.",
                _ =>
                    $"{verdict.Bad.Count} of {all} shards in {folder} are missing or damaged, too many to rebuild them.",
            }
        );
        SetReport.WarnOfOthers(storing, document);
        if (document.Interrupted)
        {
            storing.Warn($"a command that changes {folder} is at work or was interrupted; if it has ended, repeat it");
        }

        return verdict.State switch
        {
            ShardSetState.Whole => ExitCode.Ok,
            ShardSetState.Damaged => ExitCode.Damaged,
            _ => storing.Terminal.Fail($"what is in {folder} cannot be given back: {verdict.Problem}", ExitCode.Lost),
        };
    }
}
