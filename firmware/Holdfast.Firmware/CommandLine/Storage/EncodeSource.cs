using System.IO.Pipelines;
using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>What is encoded: a file as it is, or a directory as an archive that is made while it is read.</summary>
internal sealed class EncodeSource : IAsyncDisposable
{
    /// <summary>How far the archive may be ahead of the coding.</summary>
    private const int AheadMax = 1024 * 1024;

    private readonly FileStream? file;

    private EncodeSource(string path, FileStream? file) => (Path, this.file) = (path, file);

    public string Path { get; }

    public ShardContent Content => file is null ? ShardContent.Tar : ShardContent.Bytes;

    /// <summary>In bytes; null: unknown.</summary>
    public long? Length => file is { CanSeek: true } ? file.Length : null;

    /// <param name="folder">Where the shards go, which cannot be inside.</param>
    /// <exception cref="StorageException">There is no such source.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static EncodeSource Open(string path, string folder)
    {
        if (Directory.Exists(path))
        {
            return IsWithin(folder, path)
                ? throw new StorageException(
                    $"the shards of {path} cannot go into {folder}, which is a part of it; name a folder elsewhere",
                    ExitCode.Usage
                )
                : new EncodeSource(path, null);
        }

        if (!File.Exists(path))
        {
            throw new StorageException($"there is no {path}", ExitCode.Usage);
        }

        return new EncodeSource(
            path,
            new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan
            )
        );
    }

    /// <exception cref="StorageException">The directory holds what cannot be archived.</exception>
    public async Task<ShardOutcome> WriteAsync(
        ShardWriter writer,
        IReadOnlyList<Stream> shards,
        IProgress<long>? progress,
        CancellationToken stop
    )
    {
        if (file is not null)
        {
            return await writer.WriteAsync(file, shards, null, progress, stop);
        }

        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: AheadMax, resumeWriterThreshold: AheadMax / 2));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var packing = PackAsync(pipe.Writer, end.Token);
        try
        {
            return await writer.WriteAsync(pipe.Reader.AsStream(), shards, null, progress, stop);
        }
        finally
        {
            await end.CancelAsync();
            await packing;
        }
    }

    public ValueTask DisposeAsync() => file?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>What goes wrong here is thrown where the archive is read.</summary>
    private async Task PackAsync(PipeWriter archive, CancellationToken stop)
    {
        try
        {
            await FolderArchive.WriteAsync(Path, archive.AsStream(leaveOpen: true), stop);
            await archive.CompleteAsync();
        }
        catch (Exception e)
        {
            await archive.CompleteAsync(e);
        }
    }

    private static bool IsWithin(string path, string folder) =>
        $"{path}/".StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal);
}
