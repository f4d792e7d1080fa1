using System.IO.Pipelines;
using Holdfast.Hal.Linux.Files;
using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>What the shards give back: a file, or a directory, under a temporary name until it is whole and on the disk.</summary>
internal sealed class DecodeTarget(string target)
{
    /// <summary>How far the shards may be ahead of the unpacking.</summary>
    private const int AheadMax = 1024 * 1024;

    private readonly string folder = Path.GetDirectoryName(target)!;
    private readonly string temporary = PendingFiles.TemporaryOf(target);

    /// <summary>There while it is written, so that no other command writes it.</summary>
    public string WorkFile => Path.Combine(folder, $".{Path.GetFileName(target)}.decode");

    /// <summary>What a command that was killed has left.</summary>
    public void RemoveLeftovers()
    {
        if (Directory.Exists(temporary))
        {
            RemoveTree(temporary);
        }
        else
        {
            File.Delete(temporary);
        }
    }

    /// <returns>How it ended; only when it is done the target is there.</returns>
    public async Task<ShardOutcome> WriteAsync(ShardReader reader, IProgress<long>? progress, CancellationToken stop) =>
        reader.Set.Content == ShardContent.Tar
            ? await WriteFolderAsync(reader, progress, stop)
            : await WriteFileAsync(reader, progress, stop);

    private async Task<ShardOutcome> WriteFileAsync(
        ShardReader reader,
        IProgress<long>? progress,
        CancellationToken stop
    )
    {
        using var files = new PendingFiles(folder);
        var outcome = await reader.CopyToAsync(files.Add(Path.GetFileName(target)), progress, stop);
        if (outcome.IsDone)
        {
            files.Commit(stop);
        }

        return outcome;
    }

    private async Task<ShardOutcome> WriteFolderAsync(
        ShardReader reader,
        IProgress<long>? progress,
        CancellationToken stop
    )
    {
        try
        {
            MakePrivate(temporary);
            var outcome = await UnpackAsync(reader, progress, stop);
            if (outcome.IsDone)
            {
                FolderNames.FlushFileSystem(temporary);
                Directory.Move(temporary, target);
                FolderNames.Flush(folder);
            }

            return outcome;
        }
        finally
        {
            RemoveLeftovers();
        }
    }

    private async Task<ShardOutcome> UnpackAsync(ShardReader reader, IProgress<long>? progress, CancellationToken stop)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: AheadMax, resumeWriterThreshold: AheadMax / 2));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = CopyAsync(reader, pipe.Writer, progress, end.Token);
        try
        {
            var archive = pipe.Reader.AsStream(leaveOpen: true);
            await new FolderUnpacking(temporary).ReadAsync(archive, stop);
            await archive.CopyToAsync(Stream.Null, stop);
            return await reading;
        }
        catch (IOException) when (reading is { IsCompletedSuccessfully: true, Result.IsDone: false })
        {
            return await reading;
        }
        finally
        {
            await end.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<ShardOutcome> CopyAsync(
        ShardReader reader,
        PipeWriter archive,
        IProgress<long>? progress,
        CancellationToken stop
    )
    {
        var outcome = await reader.CopyToAsync(archive.AsStream(leaveOpen: true), progress, stop);
        await archive.CompleteAsync(outcome.IsDone ? null : new IOException(outcome.Problem));
        return outcome;
    }

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Directories in it may not allow to be emptied.</summary>
    private static void RemoveTree(string path)
    {
        var open = new Stack<string>([path]);
        while (open.TryPop(out var folder) && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                folder,
                File.GetUnixFileMode(folder) | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
            foreach (var inside in new DirectoryInfo(folder).EnumerateDirectories().Where(d => d.LinkTarget is null))
            {
                open.Push(inside.FullName);
            }
        }

        Directory.Delete(path, recursive: true);
    }
}
