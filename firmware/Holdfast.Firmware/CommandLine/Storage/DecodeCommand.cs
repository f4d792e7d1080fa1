using System.CommandLine;
using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary><c>holdfast storage decode FOLDER TARGET</c>: gives back what was encoded.</summary>
internal static class DecodeCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = StorageCommands.Folder();
        var target = Storing.PathNamed("TARGET", "What is made: a file, or a directory where one was encoded");
        return Storing.With(
            terminal,
            new Command("decode", "Turn shards back into the file or directory") { folder, target },
            (storing, parsed, stop) =>
                RunAsync(
                    storing,
                    Storing.FullPath(parsed.GetValue(folder)!),
                    Storing.FullPath(parsed.GetValue(target)!),
                    stop
                )
        );
    }

    private static async Task<int> RunAsync(Storing storing, string folder, string target, CancellationToken stop)
    {
        if (Path.Exists(target))
        {
            throw new StorageException(
                $"{target} is there already, and nothing is overwritten; name another or remove it",
                ExitCode.NotDone
            );
        }

        if (!Directory.Exists(Path.GetDirectoryName(target)))
        {
            throw new StorageException($"there is no folder {Path.GetDirectoryName(target)}", ExitCode.Usage);
        }

        using var shards = await ShardFolder.OpenAsync(folder, stop);
        var set = shards.Reader.Set;
        var making = new DecodeTarget(target);
        using var work = WorkFile.Take(making.WorkFile);
        making.RemoveLeftovers();
        ShardOutcome outcome;
        try
        {
            outcome = await storing.ShowAsync(
                $"Decoding {Path.GetFileName(target)}",
                set.SourceLength,
                progress => making.WriteAsync(shards.Reader, progress, stop)
            );
        }
        finally
        {
            work.Finish();
        }

        if (!outcome.IsDone)
        {
            throw outcome.End == ShardEnd.TooFewShards
                ? SetReport.Lost(shards, outcome.Problem)
                : new StorageException($"{target} cannot be written: {outcome.Problem}", ExitCode.NotDone);
        }

        var document = SetReport.Of(shards, null, "");
        storing.Print(document, $"{target} is back, made of {ByteLength.Text(set.SourceLength)} from {folder}.");
        SetReport.Warn(storing, document);
        return ExitCode.Ok;
    }
}
